package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An attacker who invents a key for every call: whoever is blocked stays blocked, whoever is known is served, memory is
 * bounded, and when the attack is over everything is as before.
 */
class InventedKeysTest {

    private static final Logger LOG = LoggerFactory.getLogger(InventedKeysTest.class);
    private static final int SHORT = 300_000;
    private static final int LONG = Integer.getInteger("resilience.proof.keys", 10_000_000);
    private static final int SHARED = 256;
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @ValueSource(strings = {"1/1h", "100/1h"})
    void aBlockedKeyStaysBlockedWhileOthersAreInvented(String limits) {
        attack(limits, 10_000, SHORT);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"1/1h", "100/1h"})
    void aBlockedKeyStaysBlockedWhileOthersAreInventedForLong(String limits) {
        attack(limits, 1_000_000, LONG);
    }

    private void attack(String limits, int room, int invented) {
        Limiter limiter = Limiter.keyed(time.time(), "limits=" + limits + " max-keys=" + room);
        List<String> blocked = names("blocked");
        List<String> known = names("known");
        blocked.forEach(key -> exhaust(limiter, key));
        known.forEach(key -> assertThat(limiter.passes(key)).isTrue());
        long before = usedHeap();

        int freed = 0;
        for (int call = 0; call < invented; call++) {
            limiter.passes("invented-" + call);
            freed += limiter.passes(blocked.get(call % blocked.size())) ? 1 : 0;
        }

        LOG.info(
                "{} with room for {} keys: {} invented, {} freed, heap grew by {} MiB",
                limits,
                room,
                invented,
                freed,
                usedHeap() - before >> 20);
        assertThat(freed).isZero();
        assertThat(limiter.number("keys")).isLessThanOrEqualTo(room);
        assertThat(limiter.number("overflowing")).isBetween(1L, (long) SHARED);
        recovers(limiter, room);
    }

    /** A window later, as many new keys as there is room for have limits of their own again. */
    private void recovers(Limiter limiter, int room) {
        time.advance(HOUR.plus(HOUR.dividedBy(60)));
        for (int key = 0; key < room; key++) {
            assertThat(limiter.passes(
                            UUID.nameUUIDFromBytes(new byte[] {(byte) key, (byte) (key >> 8), (byte) (key >> 16)})))
                    .as("key %d of %d", key, room)
                    .isTrue();
        }
        assertThat(limiter.number("overflowing")).isZero();
    }

    @Test
    void aKnownKeyKeepsWhatIsItsOwnWhileTheOthersShare() {
        Limiter limiter = Limiter.keyed(time.time(), "limits=10/1h max-keys=100");
        List<String> known = names("known");
        known.forEach(key -> assertThat(limiter.passes(key)).isTrue());
        for (int call = 0; call < 20_000; call++) {
            limiter.passes("invented-" + call);
        }
        assertThat(limiter.passes("late")).isFalse();
        known.forEach(key -> {
            IntStream.range(1, 10)
                    .forEach(call -> assertThat(limiter.passes(key)).isTrue());
            assertThat(limiter.passes(key)).isFalse();
        });
    }

    /** Whatever leaves and comes again: no key passes twice within its window. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 1_000, 40_000})
    void noKeyIsFreedByLeaving(int room) {
        Limiter limiter = Limiter.keyed(time.time(), "limits=1/1m max-keys=" + room);
        SplittableRandom random = new SplittableRandom(room);
        Map<Integer, Long> passed = new HashMap<>();
        long origin = time.nanos();
        int early = 0;
        for (int call = 0; call < SHORT; call++) {
            int key = random.nextInt(1 + random.nextInt(50_000));
            if (limiter.passes(key)) {
                Long last = passed.put(key, time.nanos() - origin);
                early += last != null
                                && time.nanos() - origin - last
                                        < Duration.ofMinutes(1).toNanos()
                        ? 1
                        : 0;
            }
            time.advanceNanos(random.nextInt(4_000_000));
        }
        assertThat(early).isZero();
        assertThat(limiter.number("keys")).isLessThanOrEqualTo(room);
    }

    /** Texts that all have one hash code: a table that trusts it compares each with each. */
    @Test
    void keysOfOneHashCodeAreToldApart() {
        Limiter limiter = Limiter.keyed(time.time(), "limits=1/1m");
        List<String> keys = List.of("");
        for (int length = 0; length < 15; length++) {
            keys = keys.stream()
                    .flatMap(key -> Stream.of(key + "Aa", key + "BB"))
                    .toList();
        }
        assertThat(keys.stream().mapToInt(String::hashCode).distinct()).hasSize(1);
        assertThat(keys).allMatch(limiter::passes);
        assertThat(keys).noneMatch(limiter::passes);
    }

    private static void exhaust(Limiter limiter, String key) {
        int calls = 0;
        while (limiter.passes(key)) {
            assertThat(++calls).isLessThanOrEqualTo(100);
        }
    }

    private static List<String> names(String what) {
        List<String> names = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            names.add(what + "-" + number);
        }
        return names;
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
