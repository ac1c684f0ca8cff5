package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Body;
import dev.resilience.Pipeline;
import dev.resilience.PipelineStatistics;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.ManualTime;
import dev.resilience.time.RandomSource;
import dev.resilience.time.Scheduler;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random walks: policies that answer anything, in pipelines of any length, around work that ends anyhow, with callers who
 * give up at any moment. Whatever happens, entries and settlements balance, and every call ends once.
 */
class RandomWalkTest {

    private static final long LONGEST_BY_HAND = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_IN_EARNEST = Duration.ofMillis(2).toNanos();
    private static final Duration LONG_AFTER = Duration.ofMinutes(1);
    private static final Duration TOO_LONG = Duration.ofSeconds(30);
    private static final int CALLS_OF_A_WORLD = 50;
    private static final int MOST_POLICIES = 6;
    private static final int WALKERS = 4;
    private static final ThreadLocal<RandomGenerator> CHANCE = ThreadLocal.withInitial(
            () -> new SplittableRandom(Thread.currentThread().getId()));

    @ParameterizedTest
    @EnumSource
    void balancesTurnedByHand(Dialect dialect) throws Throwable {
        walkByHand(dialect, 50_000);
    }

    @ParameterizedTest
    @EnumSource
    void balancesOnManyThreads(Dialect dialect) throws Exception {
        walkInEarnest(dialect, 12);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource
    void balancesTurnedByHandForLong(Dialect dialect) throws Throwable {
        walkByHand(dialect, 2_500_000);
    }

    @Tag("long")
    @ParameterizedTest
    @EnumSource
    void balancesOnManyThreadsForLong(Dialect dialect) throws Exception {
        walkInEarnest(dialect, 1_000);
    }

    private static void walkByHand(Dialect dialect, int calls) throws Throwable {
        long hedged = 0;
        for (int seed = 0; seed < calls / CALLS_OF_A_WORLD; seed++) {
            try {
                hedged += worldByHand(dialect, new SplittableRandom(seed));
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
        if (RandomPolicy.mayHedge(dialect)) {
            assertThat(hedged).as("hedges").isGreaterThan(calls / 100);
        }
    }

    /** Makes the calls of one world. @return how many of them got a hedge */
    private static long worldByHand(Dialect dialect, SplittableRandom random) throws Throwable {
        ManualTime time = new ManualTime();
        World world = new World(time.time()).isolating(dialect.isolates());
        Supplier<RandomGenerator> chance = () -> random;
        Pipeline pipeline = world.pipeline(members(chance, time, dialect, LONGEST_BY_HAND));
        List<Dialect.Ending> endings = new ArrayList<>();
        for (int call = 0; call < CALLS_OF_A_WORLD; call++) {
            endings.add(begin(pipeline, chance, time, dialect, LONGEST_BY_HAND));
            time.advanceNanos(random.nextLong(LONGEST_BY_HAND));
        }
        time.advance(LONG_AFTER);

        assertThat(endings).allMatch(Dialect.Ending::isOnce);
        assertCounted(dialect, endings, pipeline.statistics());
        assertThat(time.scheduled()).as("tasks left").isZero();
        world.assertAtRest();
        return hedges(world);
    }

    private static long hedges(World world) {
        return world.events.stream()
                .filter(ResilienceEvent.Hedged.class::isInstance)
                .count();
    }

    /** Who leaves a stream in the middle has had a success all the same; who goes through an entrance isn't told his end. */
    private static void assertCounted(Dialect dialect, List<Dialect.Ending> endings, PipelineStatistics statistics) {
        assertThat(statistics.executions()).isEqualTo(endings.size());
        assertThat(statistics.recoveries()).isBetween(0L, statistics.successes());
        if (dialect != Dialect.ENTRANCE) {
            long values = endings.stream().filter(Dialect.Ending::isValue).count();
            long failures = endings.stream().filter(Dialect.Ending::isFailure).count();
            assertThat(statistics.successes()).isBetween(values, endings.size() - failures);
        }
    }

    private static void walkInEarnest(Dialect dialect, int worlds) throws Exception {
        ExecutorService walkers = Executors.newFixedThreadPool(WALKERS);
        try (ThreadPulse pulse = new ThreadPulse(Ticker.system());
                ThreadScheduler scheduler = new ThreadScheduler()) {
            Time time = new Time(Ticker.system(), pulse, scheduler, InstantSource.system(), RandomSource.system());
            for (int world = 0; world < worlds; world++) {
                worldInEarnest(dialect, time, walkers);
            }
        } finally {
            walkers.shutdownNow();
        }
    }

    private static void worldInEarnest(Dialect dialect, Time time, ExecutorService walkers) throws Exception {
        World world = new World(time).isolating(dialect.isolates());
        Pipeline pipeline = world.pipeline(members(CHANCE::get, time.scheduler(), dialect, LONGEST_IN_EARNEST));
        List<Callable<List<Dialect.Ending>>> walks =
                Collections.nCopies(WALKERS, () -> walk(pipeline, time.scheduler(), dialect));
        for (Future<List<Dialect.Ending>> walk : walkers.invokeAll(walks)) {
            for (Dialect.Ending ending : walk.get()) {
                assertThat(ending.await(TOO_LONG)).as("ended").isTrue();
                assertThat(ending.isAtMostOnce()).isTrue();
            }
        }
        Awaitility.await()
                .atMost(TOO_LONG)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> world.isAtRest() && executions(pipeline) == WALKERS * CALLS_OF_A_WORLD);
        world.assertAtRest();
    }

    private static long executions(Pipeline pipeline) {
        return pipeline.statistics().executions();
    }

    private static List<Dialect.Ending> walk(Pipeline pipeline, Scheduler scheduler, Dialect dialect) throws Exception {
        List<Dialect.Ending> endings = new ArrayList<>();
        for (int call = 0; call < CALLS_OF_A_WORLD; call++) {
            endings.add(begin(pipeline, CHANCE::get, scheduler, dialect, LONGEST_IN_EARNEST));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(CallScope.current()).isNull();
        }
        return endings;
    }

    private static Dialect.Ending begin(
            Pipeline pipeline, Supplier<RandomGenerator> chance, Scheduler time, Dialect dialect, long longest)
            throws Exception {
        RandomGenerator random = chance.get();
        Body body = dialect.body(() -> RandomPolicy.work(chance.get(), longest), time);
        Long givesUpAfter = random.nextInt(4) == 0 ? 1 + random.nextLong(longest) : null;
        try {
            return dialect.begin(pipeline, body, time, givesUpAfter);
        } catch (Throwable thrown) {
            throw new AssertionError("beginning a call threw", thrown);
        }
    }

    private static List<World.Member> members(
            Supplier<RandomGenerator> chance, Scheduler scheduler, Dialect dialect, long longest) {
        List<World.Member> members = new ArrayList<>();
        for (int left = chance.get().nextInt(MOST_POLICIES + 1); left > 0; left--) {
            Mode mode = chance.get().nextInt(8) == 0 ? Mode.SHADOW : Mode.ENFORCED;
            members.add(new World.Member(new RandomPolicy(chance, scheduler, dialect, longest), mode));
        }
        return members;
    }
}
