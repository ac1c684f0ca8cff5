package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.key.Digests;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A flood of invented keys, in small; the program {@code Attack} of the benchmarks runs it with ten million. */
class AttackTest {

    private static final int ATTACKERS = 200_000;
    private static final int MAX_KEYS = 20_000;
    private static final int BLOCKED = 200;
    private static final long MINUTE = 60_000_000_000L;
    private static final long BETWEEN_CALLS = 10_000;

    private final Engines engines = new Engines(Moments.timeline());
    private final Engine engine = engines.of(Limits.parse("5/1m"));
    private final AtomicInteger told = new AtomicInteger();
    private final KeyStore store = new KeyStore(engines, new Digests(7, 11), MAX_KEYS, told::incrementAndGet);
    private long time = 1;

    @Test
    void blockedKeysStayBlockedAndEverybodyRecovers() {
        for (int key = 0; key < 5 * BLOCKED; key++) {
            assertThat(passes("blocked" + key % BLOCKED)).isTrue();
        }
        for (int key = 0; key < ATTACKERS; key++) {
            passes("attacker" + key);
            assertThat(key % 100 == 0 && passes("blocked" + key / 100 % BLOCKED))
                    .isFalse();
        }
        assertThat(store.keys()).isEqualTo(MAX_KEYS);
        assertThat(store.overflowing(time)).isEqualTo(Overflow.BUCKETS);
        assertThat(told).hasValue(1);
        time += MINUTE;
        assertThat(store.overflowing(time)).isZero();
        assertThat(newcomersUntilRoomy()).isLessThan(MAX_KEYS / 8);
        assertThat(passes("blocked0")).isTrue();
    }

    private int newcomersUntilRoomy() {
        int newcomers = 0;
        while (store.keys() > MAX_KEYS / 4 || newcomers < 100) {
            assertThat(Ticket.isShared(store.charge("calm" + newcomers++, engine, Moments.at(time), 1, 0)))
                    .isFalse();
        }
        return newcomers;
    }

    private boolean passes(String key) {
        time += BETWEEN_CALLS;
        return store.charge(key, engine, Moments.at(time), 1, 0) != Ticket.REFUSED;
    }
}
