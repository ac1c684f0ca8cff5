package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallShape;
import dev.resilience.proof.Dialect.Caller;
import dev.resilience.proof.Visit.Exit;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that leave by every door, through real policies in any order, in every shape, all shapes beside each other on the
 * same policies. Afterwards no permit, seat, probe, waiter or deadline is left, and behind a bulkhead there never were more
 * at work than it has seats.
 *
 * <p>The long form makes {@code resilience.proof.exits} calls (10⁷ unless set), nine of ten turned by hand.
 */
class ExitsTest {

    private static final Logger LOG = LoggerFactory.getLogger(ExitsTest.class);
    private static final long LONG = Long.getLong("resilience.proof.exits", 10_000_000L);
    private static final int CALLS_OF_A_WORLD = 200;
    private static final long MILLISECOND = Duration.ofMillis(1).toNanos();
    private static final long LONGEST = 8 * MILLISECOND;
    private static final long LONGEST_IN_EARNEST = MILLISECOND / 2;
    private static final Duration LONG_AFTER = Duration.ofMinutes(5);
    private static final Duration TOO_LONG = Duration.ofSeconds(30);
    private static final int FEW_SEATS = 4;
    private static final int MOST_ATTEMPTS = 16;
    private static final int WALKERS = 8;
    private static final int CALLS_OF_A_WALK = 200;
    private static final int MOST_TIMES = 10;

    @Test
    void nothingLeaksTurnedByHand() {
        byHand(60_000);
    }

    @Test
    void nothingLeaksOnManyThreads() throws Exception {
        inEarnest(40_000);
    }

    @Tag("long")
    @Test
    void nothingLeaksTurnedByHandForLong() {
        byHand(LONG * 9 / 10);
    }

    @Tag("long")
    @Test
    void nothingLeaksOnManyThreadsForLong() throws Exception {
        inEarnest(LONG / 10);
    }

    /** A proof that can't fail proves nothing: somebody who stays inside is seen, and so is one too many. */
    @Test
    void somebodyWhoStaysInsideIsSeen() throws Throwable {
        ManualTime time = new ManualTime();
        SplittableRandom random = new SplittableRandom(1);
        Premises premises = new Premises(time.time(), random, 1_000, FEW_SEATS, false, false, false);
        premises.assertAtRest();
        Premises.Entry entry = Stream.generate(() -> premises.any(random))
                .filter(Premises.Entry::guarded)
                .findFirst()
                .orElseThrow();

        CompletableFuture<Object> work = new CompletableFuture<>();
        entry.pipeline().invoke(CallShape.STAGE, new Object[] {Dialect.STAGE}, () -> work);
        time.advance(LONG_AFTER);

        assertThatThrownBy(premises::assertAtRest).hasMessageContaining("seats taken");
        work.complete("late");
        premises.assertAtRest();
        IntStream.rangeClosed(0, FEW_SEATS).forEach(party -> entry.occupancy().new Party().begin());
        assertThatThrownBy(premises::assertAtRest).hasMessageContaining("at work");
    }

    private static void byHand(long calls) {
        Census census = new Census();
        for (int seed = 0; seed < calls / CALLS_OF_A_WORLD; seed++) {
            try {
                worldByHand(new SplittableRandom(seed), census);
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
        census.judge();
    }

    /** Plain methods that are hedged have threads of their own, which by hand would be the caller's. */
    private static void worldByHand(RandomGenerator random, Census census) throws Throwable {
        ManualTime time = new ManualTime();
        boolean hedging = random.nextInt(3) == 0;
        boolean caching = random.nextInt(4) == 0;
        Premises premises = new Premises(time.time(), random, 1_000, FEW_SEATS, false, hedging, caching);
        List<Visit> visits = new ArrayList<>();
        List<Dialect> dialects = new ArrayList<>();
        for (int call = 0; call < CALLS_OF_A_WORLD; call++) {
            Dialect dialect = Dialect.values()[hedging ? 1 + random.nextInt(2) : random.nextInt(caching ? 3 : 4)];
            visits.add(visit(dialect, premises, random, time, LONGEST));
            dialects.add(dialect);
            time.advanceNanos(random.nextLong(MILLISECOND));
        }
        time.advance(LONG_AFTER);

        assertThat(visits).allMatch(Visit::isOver).allMatch(Visit::isAtMostOnce);
        assertThat(time.scheduled()).as("tasks left").isZero();
        premises.assertAtRest();
        census.add(dialects, visits);
        census.add(premises);
    }

    /** How many leave by which door is up to the machine: worlds are added until all doors were taken often enough. */
    private static void inEarnest(long calls) throws Exception {
        Census census = new Census();
        ExecutorService walkers = Executors.newFixedThreadPool(WALKERS);
        try (ThreadPulse pulse = new ThreadPulse(Ticker.system());
                ThreadScheduler scheduler = new ThreadScheduler()) {
            Time time = new Time(Ticker.system(), pulse, scheduler, InstantSource.system(), RandomSource.system());
            long worlds = calls / WALKERS / CALLS_OF_A_WALK;
            for (int world = 0; world < worlds || world < MOST_TIMES * worlds && !census.isComplete(); world++) {
                worldInEarnest(world, time, walkers, census);
            }
        } finally {
            walkers.shutdownNow();
        }
        census.judge();
    }

    private static void worldInEarnest(int seed, Time time, ExecutorService walkers, Census census) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        boolean isolating = random.nextInt(3) == 0;
        boolean hedging = random.nextInt(3) == 0;
        boolean caching = random.nextInt(4) == 0;
        Premises premises = new Premises(time, random, 100, WALKERS, isolating, hedging, caching);
        int spoken = isolating ? 2 : hedging || caching ? 3 : 4;
        List<Callable<Walk>> walks = new ArrayList<>();
        for (int walker = 0; walker < WALKERS; walker++) {
            walks.add(new Walk(premises, random.split(), time.scheduler(), spoken));
        }
        for (Future<Walk> done : walkers.invokeAll(walks)) {
            Walk walk = done.get();
            for (Visit visit : walk.visits) {
                assertThat(visit.await(TOO_LONG)).as("over in %s", premises).isTrue();
                assertThat(visit.isAtMostOnce()).isTrue();
            }
            census.add(walk.dialects, walk.visits);
        }
        Awaitility.waitAtMost(TOO_LONG)
                .pollInterval(Duration.ofMillis(1))
                .catchUncaughtExceptions()
                .ignoreExceptions()
                .untilAsserted(premises::assertAtRest);
        census.add(premises);
    }

    /** The calls of one thread. */
    private static final class Walk implements Callable<Walk> {
        private final Premises premises;
        private final RandomGenerator random;
        private final Scheduler scheduler;
        private final int spoken;
        private final List<Dialect> dialects = new ArrayList<>();
        private final List<Visit> visits = new ArrayList<>();

        private Walk(Premises premises, RandomGenerator random, Scheduler scheduler, int spoken) {
            this.premises = premises;
            this.random = random;
            this.scheduler = scheduler;
            this.spoken = spoken;
        }

        @Override
        public Walk call() throws Exception {
            for (int call = 0; call < CALLS_OF_A_WALK; call++) {
                Dialect dialect = Dialect.values()[random.nextInt(spoken)];
                visits.add(visit(dialect, premises, random, scheduler, LONGEST_IN_EARNEST));
                dialects.add(dialect);
                if (random.nextInt(4) > 0) {
                    visits.get(call).await(TOO_LONG);
                }
            }
            return this;
        }
    }

    /** Work is drawn before the call begins, because attempts may run on other threads. */
    private static Visit visit(
            Dialect dialect, Premises premises, RandomGenerator random, Scheduler time, long longest) {
        Visit visit = new Visit();
        List<Work> works = new ArrayList<>();
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            works.add(Work.any(dialect, random, longest));
        }
        Long leavesAfter = random.nextInt(4) == 0 ? 1 + random.nextLong(longest) : null;
        List<Work> left = Collections.synchronizedList(new ArrayList<>(works));
        Caller caller = new Caller(
                premises.any(random), visit, () -> left.remove(left.size() - 1), random, time, leavesAfter, dialect);
        try {
            dialect.begin(caller);
            return visit;
        } catch (Throwable thrown) {
            throw new AssertionError("beginning a call threw: " + dialect + " " + works + " in " + premises, thrown);
        }
    }

    /** How many left by which door, and what was done: a proof in which nobody takes a door says nothing about it. */
    private static final class Census {
        private static final int FEW = 20;

        private final Map<Dialect, long[]> counts = new EnumMap<>(Dialect.class);
        private final Map<String, Long> deeds = new TreeMap<>();

        private Census() {
            for (Dialect dialect : Dialect.values()) {
                counts.put(dialect, new long[Exit.values().length]);
            }
        }

        private void add(List<Dialect> dialects, List<Visit> visits) {
            for (int call = 0; call < visits.size(); call++) {
                Visit visit = visits.get(call);
                long[] exits = counts.get(dialects.get(call));
                exits[visit.exit().ordinal()]++;
                exits[Exit.ENDED_LATE.ordinal()] += visit.endedLate() ? 1 : 0;
            }
        }

        private void add(Premises premises) {
            premises.deeds().forEach((deed, times) -> deeds.merge(deed, times, Long::sum));
        }

        private boolean isComplete() {
            return missing().isEmpty();
        }

        private void judge() {
            LOG.info("deeds: {}", deeds);
            counts.forEach((dialect, exits) -> LOG.info("{}: {}", dialect, inWords(exits)));
            assertThat(missing()).as("done or taken too seldom").isEmpty();
        }

        private List<String> missing() {
            List<String> missing = new ArrayList<>();
            deeds.forEach((deed, times) -> {
                if (times == 0) {
                    missing.add(deed);
                }
            });
            counts.forEach((dialect, exits) -> {
                for (Exit exit : Exit.values()) {
                    if (exists(exit, dialect) && exits[exit.ordinal()] <= FEW) {
                        missing.add(exits[exit.ordinal()] + " " + exit + " of " + dialect);
                    }
                }
            });
            return missing;
        }

        private static boolean exists(Exit exit, Dialect dialect) {
            return switch (exit) {
                case NEVER_SUBSCRIBED -> dialect.isReactive();
                case INTERRUPTED -> dialect == Dialect.BLOCKING;
                case CANCELLED, ENDED_LATE -> dialect != Dialect.BLOCKING;
                case VALUE, EXCEPTION, ERROR, REFUSED, EXPIRED -> true;
            };
        }

        private static String inWords(long[] exits) {
            StringBuilder words = new StringBuilder();
            Arrays.stream(Exit.values()).forEach(exit -> words.append(exit)
                    .append(' ')
                    .append(exits[exit.ordinal()])
                    .append(' '));
            return words.toString();
        }
    }
}
