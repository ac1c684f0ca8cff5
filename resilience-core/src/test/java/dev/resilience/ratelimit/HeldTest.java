package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Decisions that several limiters take together. */
class HeldTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Limits LIMITS = Limits.parse("3/1s");

    private final RateLimiter callers = limiter(100);
    private final RateLimiter operations = limiter(100);

    @Test
    void allAreChargedOrNone() {
        Engine ofCallers = callers.engine(LIMITS);
        Engine ofOperations = operations.engine(LIMITS);
        for (int call = 0; call < 3; call++) {
            assertThat(together(part(callers, "agent"), part(operations, null))).isTrue();
        }
        assertThat(together(part(callers, "other"), part(operations, null))).isFalse();
        assertThat(callers.usage("other", ofCallers, 1).tightest().used()).isZero();
        assertThat(callers.usage("agent", ofCallers, 1).tightest().used()).isEqualTo(3);
        assertThat(operations.usage(null, ofOperations, 1).tightest().used()).isEqualTo(3);
        assertThat(callers.keys()).isEqualTo(1);
    }

    @Test
    void aWaitThatSuitsBothIsFound() {
        charge(callers, "agent", 1, 3);
        charge(operations, null, 1 + SECOND / 2, 3);
        Held caller = callers.hold("agent", callers.engine(LIMITS), 1 + SECOND / 2);
        Held operation = operations.hold(null, operations.engine(LIMITS), 1 + SECOND / 2);
        Held.enter(caller, operation);
        assertThat(caller.earliest(0, 1)).isEqualTo(SECOND / 2);
        assertThat(operation.earliest(SECOND / 2, 1)).isEqualTo(SECOND);
        assertThat(caller.earliest(SECOND, 1)).isEqualTo(SECOND);
        assertThat(caller.earliest(0, 1)).isEqualTo(SECOND / 2);
        assertThat(Ticket.isAhead(caller.charge(SECOND, 1))).isTrue();
        Held.leave(caller, operation);
        assertThat(callers.usage("agent", callers.engine(LIMITS), 1 + SECOND / 2)
                        .tightest()
                        .used())
                .isEqualTo(3);
    }

    @Test
    void aKeyWithoutRoomPaysFromItsSharedBucket() {
        RateLimiter small = limiter(1);
        charge(small, "first", 1, 1);
        Held second = part(small, "second");
        Held.enter(second);
        assertThat(Ticket.isShared(second.charge(second.earliest(0, 3), 3))).isTrue();
        assertThat(second.earliest(0, 1)).isEqualTo(SECOND);
        assertThat(second.refusal(1, 0)).isNotNull();
        assertThat(second.refusal(1, SECOND)).isNull();
        Held.leave(second);
        assertThat(small.overflowing(1)).isEqualTo(1);
    }

    @Test
    void twoKeysOfOneLimiterEnterTheirGateOnce() {
        RateLimiter small = limiter(2);
        assertThat(together(part(small, "one"), part(small, "two"))).isTrue();
        assertThat(together(part(small, "three"), part(small, "four"), part(small, "one")))
                .isTrue();
        assertThat(small.keys()).isEqualTo(2);
        assertThat(together(part(small, "one"), part(small, "two"))).isTrue();
    }

    @Test
    void partsThatPayFromOneStateKnowIt() {
        RateLimiter small = limiter(1);
        charge(small, "first", 1, 1);
        Held[] parts = IntStream.range(0, 300)
                .mapToObj(key -> part(small, "key" + key))
                .toArray(Held[]::new);
        Held.enter(parts);
        long first = Stream.of(parts).filter(part -> part.sharesWith(parts[0])).count();
        long any = Stream.of(parts)
                .filter(part -> Stream.of(parts).anyMatch(other -> other != part && other.sharesWith(part)))
                .count();
        Held.leave(parts);
        assertThat(first).isBetween(1L, 10L);
        assertThat(any).isBetween(100L, 290L);
        Held[] twice = {part(callers, "key"), part(callers, "key"), part(callers, "other")};
        Held.enter(twice);
        assertThat(twice[0].sharesWith(twice[1])).isTrue();
        assertThat(twice[0].sharesWith(twice[2])).isFalse();
        twice[1].charge(0, 1);
        Held.leave(twice);
        assertThat(callers.keys()).isEqualTo(1);
    }

    @Test
    void crossingDecisionsNeitherBlockEachOtherNorAdmitTooMuch() throws Exception {
        List<RateLimiter> limiters = List.of(limiter(4), limiter(1_000), limiter(4));
        AtomicLongArray admitted = new AtomicLongArray(3 * 40);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> done = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int seed = thread;
            done.add(threads.submit((Callable<?>) () -> cross(limiters, admitted, new Random(seed))));
        }
        for (Future<?> each : done) {
            each.get(60, TimeUnit.SECONDS);
        }
        threads.shutdownNow();
        for (int key = 0; key < admitted.length(); key++) {
            assertThat(admitted.get(key)).isLessThanOrEqualTo(3);
        }
    }

    private static Object cross(List<RateLimiter> limiters, AtomicLongArray admitted, Random random) {
        for (int call = 0; call < 15_000; call++) {
            int one = random.nextInt(120);
            int other = random.nextInt(120);
            if (one == other) {
                continue;
            }
            if (random.nextInt(4) == 0) {
                RateLimiter limiter = limiters.get(one / 40);
                boolean passes =
                        limiter.charge("key" + one, limiter.engine(LIMITS), Moments.at(1), 1, 0) != Ticket.REFUSED;
                admitted.addAndGet(one, passes ? 1 : 0);
            } else if (together(
                    part(limiters.get(one / 40), "key" + one), part(limiters.get(other / 40), "key" + other))) {
                admitted.incrementAndGet(one);
                admitted.incrementAndGet(other);
            }
        }
        return admitted;
    }

    private static boolean together(Held... parts) {
        Held.enter(parts);
        try {
            for (Held part : parts) {
                if (part.earliest(0, 1) != 0) {
                    return false;
                }
            }
            for (Held part : parts) {
                part.charge(0, 1);
            }
            return true;
        } finally {
            Held.leave(parts);
        }
    }

    private static Held part(RateLimiter limiter, Object key) {
        return limiter.hold(key, limiter.engine(LIMITS), 1);
    }

    private static void charge(RateLimiter limiter, Object key, long time, long cost) {
        assertThat(limiter.charge(key, limiter.engine(LIMITS), Moments.at(time), cost, 0))
                .isNotEqualTo(Ticket.REFUSED);
    }

    private static RateLimiter limiter(int maxKeys) {
        return new RateLimiter(Moments.timeline(), new Object(), new Digests(7, 11), maxKeys, () -> {});
    }
}
