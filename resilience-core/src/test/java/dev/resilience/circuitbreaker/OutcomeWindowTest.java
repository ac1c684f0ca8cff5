package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows beside a naive twin that remembers every outcome. */
class OutcomeWindowTest {

    private static final long ORIGIN = Long.MAX_VALUE - 1_000;
    private static final long SLOT = 1_000_000_000L;

    /** However many calls there are, they aren't enough: every outcome is told of. */
    private static final int NEVER = Integer.MAX_VALUE;

    private record Seen(long epoch, boolean failed, boolean slow) {}

    static List<Long> seeds() {
        return java.util.stream.LongStream.range(0, 300).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aWindowOfCallsHoldsTheLastCalls(long seed) {
        Random random = new Random(seed);
        int size = 1 + random.nextInt(150);
        OutcomeWindow window = OutcomeWindow.of(Window.ofCalls(size), ORIGIN);
        Deque<Seen> twin = new ArrayDeque<>();
        for (int i = 0; i < 500; i++) {
            Seen seen = outcome(random, 0, i / 200);
            WindowCounts told = window.record(seen.failed(), seen.slow(), 0, NEVER);
            twin.addLast(seen);
            if (twin.size() > size) {
                twin.removeFirst();
            }
            check(window.tally(0), told, tally(twin));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aWindowOfTimeHoldsTheLastThirtySlots(long seed) {
        Random random = new Random(seed);
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(30)), ORIGIN);
        List<Seen> twin = new ArrayList<>();
        long elapsed = 0;
        for (int i = 0; i < 500; i++) {
            elapsed += random.nextInt(20) == 0 ? random.nextLong(50 * SLOT) : random.nextLong(SLOT / 2);
            long epoch = elapsed / SLOT;
            Seen seen = outcome(random, epoch, i / 200);
            WindowCounts told = window.record(seen.failed(), seen.slow(), ORIGIN + elapsed, NEVER);
            twin.add(seen);
            check(window.tally(ORIGIN + elapsed), told, tally(inside(twin, epoch)));
        }
    }

    private static Seen outcome(Random random, long epoch, int mood) {
        boolean bad = mood != 1;
        return new Seen(epoch, bad && random.nextInt(10) == 0, bad && random.nextInt(10) == 0);
    }

    private static List<Seen> inside(List<Seen> all, long epoch) {
        return all.stream()
                .filter(seen -> epoch - seen.epoch() < TimeWindow.SLOTS)
                .toList();
    }

    private static WindowCounts tally(Iterable<Seen> outcomes) {
        long calls = 0;
        long failures = 0;
        long slow = 0;
        for (Seen seen : outcomes) {
            calls++;
            failures += seen.failed() ? 1 : 0;
            slow += seen.slow() ? 1 : 0;
        }
        return new WindowCounts(calls, failures, slow);
    }

    private static void check(WindowCounts held, WindowCounts told, WindowCounts expected) {
        assertThat(held).isEqualTo(expected);
        if (told == null) {
            assertThat(expected.failures() + expected.slow()).isZero();
        } else {
            assertThat(told).isEqualTo(expected);
        }
    }

    /** A clock that stalls, leaps and falls back by more than a turn: each slot belongs to the newest epoch it has seen. */
    @ParameterizedTest
    @MethodSource("seeds")
    void noOutcomeOfAnOlderTurnTouchesANewerOne(long seed) {
        Random random = new Random(seed);
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(30)), ORIGIN);
        Seen[][] twin = new Seen[TimeWindow.SLOTS][0];
        long newest = 0;
        for (int i = 0; i < 500; i++) {
            newest += random.nextInt(20) == 0 ? random.nextLong(50) : random.nextInt(2);
            long epoch = Math.max(0, newest - (random.nextInt(5) == 0 ? random.nextInt(70) : 0));
            Seen seen = outcome(random, epoch, 0);
            window.record(seen.failed(), seen.slow(), ORIGIN + epoch * SLOT + random.nextLong(SLOT), NEVER);
            put(twin, seen);
            List<Seen> all = Arrays.stream(twin).flatMap(Arrays::stream).toList();
            assertThat(window.tally(ORIGIN + newest * SLOT)).isEqualTo(tally(inside(all, newest)));
        }
    }

    private static void put(Seen[][] slots, Seen seen) {
        int slot = (int) (seen.epoch() % TimeWindow.SLOTS);
        long held = slots[slot].length == 0 ? seen.epoch() : slots[slot][0].epoch();
        if (held < seen.epoch()) {
            slots[slot] = new Seen[0];
        }
        if (held <= seen.epoch()) {
            slots[slot] = Arrays.copyOf(slots[slot], slots[slot].length + 1);
            slots[slot][slots[slot].length - 1] = seen;
        }
    }

    /** Beside a twin that sums up each time: a good call that isn't told of would have been no reason to open. */
    @ParameterizedTest
    @MethodSource("seeds")
    void whatAGoodCallDoesntTellIsNoReasonToOpen(long seed) {
        Random random = new Random(seed);
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(30)), 0);
        Thresholds thresholds = new Thresholds(10, 20, 20, Thresholds.OFF, Thresholds.OFF);
        boolean open = false;
        for (long now = 0; now < 120 * SLOT && !open; now += random.nextLong(SLOT)) {
            boolean failed = random.nextInt(6) == 0;
            boolean slow = random.nextInt(6) == 0;
            WindowCounts told = window.record(failed, slow, now, thresholds.minimumCalls());
            boolean expected = thresholds.reached(window.tally(now), 0) != null;
            open = told != null && thresholds.reached(told, 0) != null;
            assertThat(open).isEqualTo(expected);
        }
        assertThat(open).isTrue();
    }

    @Test
    void aThreadHeldUpForAWholeTurnDoesntWipeOutThePresent() {
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(30)), 0);
        window.record(true, true, 30 * SLOT, NEVER);

        window.record(false, false, 0, NEVER);

        assertThat(window.tally(30 * SLOT)).isEqualTo(new WindowCounts(1, 1, 1));
    }

    @Test
    void aTickALittleBehindTheOriginIsCounted() {
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(30)), 0);

        window.record(true, false, -5 * SLOT, NEVER);

        assertThat(window.tally(0)).isEqualTo(new WindowCounts(1, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 5, 7, 60, 100, 365})
    void aLongRestLeavesAnEmptyWindowThatCounts(long days) {
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(1)), 0);
        window.record(true, true, 0, NEVER);
        long later = Duration.ofDays(days).toNanos();

        assertThat(window.tally(later)).isEqualTo(WindowCounts.NONE);
        window.record(true, false, later, NEVER);
        assertThat(window.tally(later)).isEqualTo(new WindowCounts(1, 1, 0));
    }

    @Test
    void aStormInABusySlotIsSeen() {
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofDays(1)), 0);
        for (int call = 0; call < 300_000; call++) {
            window.record(false, false, 0, NEVER);
        }
        for (int call = 0; call < 400_000; call++) {
            window.record(true, call % 2 == 0, 0, NEVER);
        }

        assertThat(window.tally(0)).isEqualTo(new WindowCounts(700_000, 400_000, 200_000));
    }

    @Test
    void aSmallerWindowOfCallsKeepsTheNewest() {
        OutcomeWindow window = OutcomeWindow.of(Window.ofCalls(10), 0);
        for (int i = 0; i < 13; i++) {
            window.record(i >= 10, i == 12, 0, NEVER);
        }

        assertThat(window.resized(Window.ofCalls(4), 0).tally(0)).isEqualTo(new WindowCounts(4, 3, 1));
        assertThat(window.resized(Window.ofCalls(20), 0).tally(0)).isEqualTo(new WindowCounts(10, 3, 1));
        assertThat(window.resized(Window.ofCalls(10), 0)).isSameAs(window);
    }

    @Test
    void anotherWindowOfTimeKeepsWhatIsInside() {
        OutcomeWindow window = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(30)), 0);
        window.record(true, false, 0, NEVER);
        window.record(false, true, 20 * SLOT, NEVER);
        window.record(true, true, 25 * SLOT, NEVER);

        long now = 25 * SLOT;
        assertThat(window.resized(Window.ofTime(Duration.ofSeconds(60)), now).tally(now))
                .isEqualTo(new WindowCounts(3, 2, 2));
        assertThat(window.resized(Window.ofTime(Duration.ofSeconds(15)), now).tally(now))
                .isEqualTo(new WindowCounts(2, 1, 2));
        assertThat(window.resized(Window.ofTime(Duration.ofSeconds(30)), now)).isSameAs(window);
    }

    @Test
    void aWindowOfTheOtherSortBeginsEmpty() {
        OutcomeWindow calls = OutcomeWindow.of(Window.ofCalls(10), 0);
        OutcomeWindow time = OutcomeWindow.of(Window.ofTime(Duration.ofSeconds(30)), 0);
        calls.record(true, false, 0, NEVER);
        time.record(true, false, 0, NEVER);

        assertThat(calls.resized(Window.ofTime(Duration.ofSeconds(30)), 0).tally(0))
                .isEqualTo(WindowCounts.NONE);
        assertThat(time.resized(Window.ofCalls(10), 0).tally(0)).isEqualTo(WindowCounts.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"50000", "30s"})
    void losesNothingAmongThreads(String size) throws InterruptedException {
        OutcomeWindow window = OutcomeWindow.of(Window.parse(size), 0);
        together(4, () -> hammer(window));

        assertThat(window.tally(29 * SLOT)).isEqualTo(new WindowCounts(40_000, 4_000, 2_000));
    }

    /** The newest sixty are good; of what all threads recorded before, exactly forty failures are left. */
    @Test
    void holdsExactlyTheLastCallsHoweverTheyRace() throws InterruptedException {
        OutcomeWindow window = OutcomeWindow.of(Window.ofCalls(100), 0);
        for (int round = 0; round < 20; round++) {
            together(4, () -> record(window, 100_000, true));
            together(4, () -> record(window, 15, false));

            assertThat(window.tally(0)).isEqualTo(new WindowCounts(100, 40, 0));
        }
    }

    private static void record(OutcomeWindow window, int calls, boolean failed) {
        for (int call = 0; call < calls; call++) {
            window.record(failed, false, 0, NEVER);
        }
    }

    private static void together(int crowd, Runnable work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < crowd; i++) {
            threads.add(new Thread(work));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void hammer(OutcomeWindow window) {
        for (int i = 0; i < 10_000; i++) {
            window.record(i % 10 == 0, i % 20 == 0, i * 29L * SLOT / 10_000, NEVER);
        }
    }
}
