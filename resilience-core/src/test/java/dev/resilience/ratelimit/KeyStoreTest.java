package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.key.Digests;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyStoreTest {

    private static final long SECOND = 1_000_000_000L;

    private final Engines engines = new Engines(Moments.timeline());
    private final Engine twoPerSecond = engines.of(Limits.parse("2/1s"));
    private final AtomicInteger toldFull = new AtomicInteger();

    @Test
    void keysDontDisturbEachOther() {
        KeyStore store = store(1_000);
        for (int key = 0; key < 500; key++) {
            assertThat(passes(store, key, 1)).isTrue();
            assertThat(passes(store, key, 1)).isTrue();
            assertThat(passes(store, key, 1)).isFalse();
        }
        assertThat(store.keys()).isEqualTo(500);
    }

    @Test
    void idleKeysLeaveWithTheTrafficOfOthers() {
        KeyStore store = store(1_000_000);
        for (int key = 0; key < 10_000; key++) {
            passes(store, key, 1);
        }
        for (int key = 0; key < 20_000; key++) {
            passes(store, "later" + key, 2 * SECOND + key * SECOND / 1_000);
        }
        assertThat(store.keys()).isLessThan(6_000);
    }

    @Test
    void aFloodOfKeysStaysWithinTheBoundAndSharesStrictBuckets() {
        KeyStore store = store(100);
        int passed = 0;
        for (int key = 0; key < 100_000; key++) {
            passed += passes(store, "attacker" + key, 1 + key) ? 1 : 0;
        }
        assertThat(store.keys()).isEqualTo(100);
        assertThat(passed).isLessThanOrEqualTo(100 + 2 * Overflow.BUCKETS);
        assertThat(store.overflowing(200_000)).isEqualTo(Overflow.BUCKETS);
        assertThat(toldFull).hasValue(1);
    }

    @Test
    void aFloodNeverFreesABlockedKey() {
        KeyStore store = store(50);
        passes(store, "blocked", 1);
        passes(store, "blocked", 1);
        for (int key = 0; key < 20_000; key++) {
            passes(store, key, 2);
            assertThat(passes(store, "blocked", 2)).isFalse();
        }
        assertThat(passes(store, "blocked", 1 + SECOND)).isTrue();
    }

    @Test
    void aKeyThatMovesBetweenSharedAndOwnStateGetsNoMore() {
        KeyStore store = store(3);
        Map<Object, Twin> twins = new HashMap<>();
        Random random = new Random(3);
        long time = 1;
        for (int call = 0; call < 20_000; call++) {
            time += random.nextLong(SECOND / 10);
            Object key = random.nextInt(12);
            if (passes(store, key, time)) {
                twins.computeIfAbsent(key, any -> new Twin(Limits.parse("2/1s")))
                        .charge(time, 1);
            }
        }
        assertThat(twins).hasSize(12);
        assertThat(twins.values()).allMatch(Twin::keepsEveryWindow);
    }

    @Test
    void keysWithOneHashStayQuickAndStrict() {
        KeyStore store = store(1_000_000);
        int passed = 0;
        for (int key = 0; key < 5_000; key++) {
            passed += passes(store, new Colliding(key), 1) ? 1 : 0;
        }
        assertThat(store.keys()).isEqualTo(KeyIndex.LOOKALIKES);
        assertThat(passed).isEqualTo(KeyIndex.LOOKALIKES + 2);
        assertThat(passes(store, new Colliding(0), 1)).isTrue();
        assertThat(passes(store, new Colliding(0), 1)).isFalse();
    }

    @Test
    void textsWithOneHashCodeAreKeysLikeOthers() {
        KeyStore store = store(1_000_000);
        for (int key = 0; key < 1 << 14; key++) {
            assertThat(passes(store, sameHashCode(key), 1)).isTrue();
        }
        assertThat(sameHashCode(0)).hasSameHashCodeAs(sameHashCode(9_999));
        assertThat(store.keys()).isEqualTo(1 << 14);
        assertThat(store.overflowing(1)).isZero();
    }

    /** "Aa" and "BB" have the same hash code, and so has whatever is put together of them in one length. */
    private static String sameHashCode(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 14; bit++) {
            text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    @Test
    void aRefundHitsWhatWasCharged() {
        KeyStore store = store(1);
        long own = store.charge("first", twoPerSecond, Moments.at(1), 2, 0);
        long shared = store.charge("second", twoPerSecond, Moments.at(1), 2, 0);
        assertThat(Ticket.isShared(own)).isFalse();
        assertThat(Ticket.isShared(shared)).isTrue();
        assertThat(passes(store, "second", 1)).isFalse();
        store.refund("second", shared, 2);
        assertThat(passes(store, "first", 1)).isFalse();
        assertThat(passes(store, "second", 1)).isTrue();
    }

    @Test
    void whenTheFloodIsOverKeysGetTheirOwnStateAgain() {
        KeyStore store = store(10);
        for (int key = 0; key < 100; key++) {
            passes(store, key, 1);
        }
        for (int key = 0; key < 2_000; key++) {
            passes(store, "calm" + key, 2 * SECOND + key * SECOND);
        }
        assertThat(store.overflowing(3_000 * SECOND)).isZero();
        long ticket = store.charge("own", twoPerSecond, Moments.at(3_000 * SECOND), 1, 0);
        assertThat(Ticket.isShared(ticket)).isFalse();
    }

    @Test
    void numbersCanBeChangedForEver() {
        KeyStore store = store(10);
        assertThat(passes(store, "key", 1)).isTrue();
        for (int permits = 100; permits < 70_100; permits++) {
            engines.of(new Limits(List.of(new Limit(permits, Duration.ofSeconds(1)))));
        }
        Engine last = engines.of(Limits.parse("70100/1s"));
        assertThat(store.usage("key", last, 1).tightest().used()).isEqualTo(1);
    }

    private KeyStore store(int maxKeys) {
        return new KeyStore(engines, new Digests(7, 11), maxKeys, toldFull::incrementAndGet);
    }

    private boolean passes(KeyStore store, Object key, long time) {
        return store.charge(key, twoPerSecond, Moments.at(time), 1, 0) != Ticket.REFUSED;
    }

    private record Colliding(int number) {
        @Override
        public int hashCode() {
            return 42;
        }
    }
}
