package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Call;
import dev.resilience.FakeCall;
import dev.resilience.key.Digests;
import dev.resilience.time.ThreadPulse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads on one limiter under a hostile clock; an oracle looks at all admissions afterwards. */
class RateLimiterHammerTest {

    private static final int THREADS = 16;
    private static final int CALLS = Integer.getInteger("resilience.hammer.calls", 320_000);
    private static final Object MISSING = new Object();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"50/1ms | 1", "1000/1ms | 1", "20/1ms, 1000/100ms, 5000/1s | 1", "7/1ms, 200/50ms | 8"})
    void noWindowIsEverOverfull(String text, int keys) throws Exception {
        Limits limits = Limits.parse(text);
        Clock clock = new Clock(Long.MAX_VALUE - 1_000_000_000L);
        RateLimiter limiter =
                new RateLimiter(Moments.timeline(clock::now), MISSING, new Digests(7, 11), 1_000, () -> {});
        List<List<long[]>> admitted = hammer(keys, random -> calls(limiter, limits, keys, clock, random));
        assertThat(admitted).allSatisfy(times -> {
            assertThat(times).isNotEmpty();
            assertWindowsKept(limits, times);
        });
    }

    /** The clock runs ahead of the pulse's thread, so that its ticks stand still for anything up to many windows. */
    @ParameterizedTest
    @ValueSource(strings = {"1000/1s", "300/1s, 2000/10s"})
    void noWindowIsOverfullByTheTicksOfAStarvedPulse(String text) throws Exception {
        Limits limits = Limits.parse(text);
        Clock clock = new Clock(Long.MAX_VALUE - 1_000_000_000L);
        try (ThreadPulse pulse = new ThreadPulse(() -> clock.now.addAndGet(10))) {
            Timeline timeline = Moments.timeline(clock::now, pulse);
            RateLimiter limiter = new RateLimiter(timeline, MISSING, new Digests(7, 11), 1_000, () -> {});
            List<List<long[]>> admitted =
                    hammer(1, random -> ticked(limiter, limits, new Watched(clock, pulse, timeline), random));
            assertThat(admitted.get(0)).isNotEmpty();
            assertWindowsKept(limits, admitted.get(0));
        }
    }

    private static List<List<long[]>> ticked(RateLimiter limiter, Limits limits, Watched watched, Random random) {
        Engine engine = limiter.engine(limits);
        List<List<long[]>> admitted = perKey(1);
        for (int call = 0; call < CALLS / THREADS; call++) {
            long cost = 1 + random.nextInt(2);
            watched.clock.advance(random);
            if (random.nextInt(64) == 0) {
                watched.clock.now.addAndGet(random.nextInt(40_000_000));
            }
            long ticket = limiter.charge(null, engine, watched.call(), cost, 0);
            if (ticket != Ticket.REFUSED) {
                admitted.get(0).add(new long[] {watched.came(Ticket.time(ticket)), cost});
            }
        }
        return admitted;
    }

    private static List<List<long[]>> hammer(int keys, Function<Random, List<List<long[]>>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<List<List<long[]>>>> work = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                work.add(() -> calls.apply(random));
            }
            List<List<long[]>> all = perKey(keys);
            for (Future<List<List<long[]>>> done : threads.invokeAll(work)) {
                for (int key = 0; key < keys; key++) {
                    all.get(key).addAll(done.get().get(key));
                }
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<List<long[]>> calls(RateLimiter limiter, Limits limits, int keys, Clock clock, Random random) {
        Engine engine = limiter.engine(limits);
        List<List<long[]>> admitted = perKey(keys);
        for (int call = 0; call < CALLS / THREADS; call++) {
            int key = random.nextInt(keys);
            long cost = 1 + random.nextInt(2);
            Object keyed = keys == 1 ? null : key;
            long ticket = limiter.charge(
                    keyed, engine, call(clock.advance(random)), cost, random.nextInt(3) == 0 ? 300_000 : 0);
            if (ticket != Ticket.REFUSED && random.nextInt(4) == 0) {
                limiter.refund(keyed, ticket, cost);
            } else if (ticket != Ticket.REFUSED) {
                admitted.get(key).add(new long[] {Ticket.time(ticket), cost});
            }
        }
        return admitted;
    }

    private static Call call(long now) {
        return new FakeCall(() -> now, () -> now);
    }

    private static List<List<long[]>> perKey(int keys) {
        List<List<long[]>> lists = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    static void assertWindowsKept(Limits limits, List<long[]> times) {
        long[][] sorted = times.toArray(long[][]::new);
        Arrays.sort(sorted, (left, right) -> Long.compare(left[0], right[0]));
        for (Limit limit : limits.all()) {
            long sum = 0;
            int oldest = 0;
            for (long[] newest : sorted) {
                sum += newest[1];
                while (sorted[oldest][0] <= newest[0] - limit.window().toNanos()) {
                    sum -= sorted[oldest++][1];
                }
                assertThat(sum).as("%s at %d", limit, newest[0]).isLessThanOrEqualTo(limit.permits());
            }
        }
    }

    /** A call that writes down when it asked for the tick, and what it was told. For one thread. */
    private static final class Watched {
        private final Clock clock;
        private final ThreadPulse pulse;
        private final Timeline timeline;
        private long asked;
        private long told;

        private Watched(Clock clock, ThreadPulse pulse, Timeline timeline) {
            this.clock = clock;
            this.pulse = pulse;
            this.timeline = timeline;
        }

        private Call call() {
            return new FakeCall(clock::now, this::tick);
        }

        private long tick() {
            asked = clock.now();
            told = pulse.tick();
            return told;
        }

        /** A call that was charged at the tick came when it asked, any other when the ticket says. */
        private long came(long charged) {
            return charged == timeline.of(told) ? Math.max(charged, timeline.of(asked)) : charged;
        }
    }

    /** A monotonic clock that mostly stands still or crawls, and sometimes leaps; it overflows on the way. */
    private static final class Clock {
        private final AtomicLong now;

        private Clock(long origin) {
            now = new AtomicLong(origin);
        }

        private long now() {
            return now.get();
        }

        private long advance(Random random) {
            return switch (random.nextInt(64)) {
                case 0 -> now.addAndGet(random.nextInt(2_000_000));
                case 1, 2, 3, 4, 5, 6, 7, 8 -> now.addAndGet(random.nextInt(20_000));
                default -> now.get();
            };
        }
    }
}
