package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.time.ManualTime;
import dev.resilience.time.Pulse;
import dev.resilience.time.RandomSource;
import dev.resilience.time.Scheduler;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final int ROUNDS = 100_000;

    private final ManualTime time = new ManualTime();
    private final Deadlines deadlines = new Deadlines(time.time());

    @Test
    void passesWhenItsTimeHasPassedAndNotBefore() {
        Counted deadline = armed(10 * MILLI);

        time.advanceNanos(10 * MILLI - 1);
        assertThat(deadline.fired()).isFalse();
        time.advanceNanos(1);

        assertThat(deadline.fired()).isTrue();
        assertThat(deadline.fires).hasValue(1);
    }

    @Test
    void beginsWhenItIsFirstLookedAt() {
        Counted deadline = new Counted(10 * MILLI);

        assertThat(deadline.remaining(time.nanos() + MILLI)).isEqualTo(10 * MILLI);
        assertThat(deadline.remaining(time.nanos() + 4 * MILLI)).isEqualTo(7 * MILLI);
    }

    @Test
    void beginsAtTheExactTimeThoughTheBeatIsOld() {
        AtomicLong exact = new AtomicLong(100 * MILLI);
        AtomicReference<LongConsumer> beat = new AtomicReference<>();
        Deadlines late = new Deadlines(time(exact::get, new Resting(beat, new AtomicInteger())));
        Counted deadline = new Counted(10 * MILLI);
        late.arm(deadline);

        beat.get().accept(50 * MILLI);
        beat.get().accept(105 * MILLI);
        assertThat(deadline.fired()).isFalse();
        beat.get().accept(110 * MILLI);

        assertThat(deadline.fired()).isTrue();
    }

    @Test
    void countsFromZeroToo() {
        Counted deadline = new Counted(10);

        assertThat(deadline.remaining(0)).isEqualTo(11);
        assertThat(deadline.remaining(5)).isEqualTo(6);
    }

    @Test
    void neverPassesOnceTheValueIsThere() {
        Counted deadline = armed(MILLI);

        assertThat(deadline.disarm()).isTrue();
        time.advanceNanos(10 * MILLI);

        assertThat(deadline.fires).hasValue(0);
        assertThat(deadline.disarm()).isTrue();
    }

    @Test
    void tellsTheValueThatItIsLate() {
        Counted deadline = armed(MILLI);
        time.advanceNanos(MILLI);

        assertThat(deadline.disarm()).isFalse();
        assertThat(deadline.cleanings).hasValue(1);
    }

    @Test
    void looksAfterMoreThanItHasSlotsFor() {
        List<Counted> many = new ArrayList<>();
        for (int count = 0; count < 1_000; count++) {
            many.add(armed(MILLI));
        }
        assertThat(deadlines.armed()).isEqualTo(1_000);

        time.advanceNanos(MILLI);
        assertThat(many).allMatch(Deadline::fired);
        many.forEach(deadlines::release);

        assertThat(deadlines.armed()).isZero();
    }

    @Test
    void findsASlotThatWasGivenBack() {
        for (int round = 0; round < 1_000; round++) {
            Counted deadline = armed(MILLI);
            assertThat(deadline.slot).as("a slot, not the overflow").isNotNegative();
            deadlines.release(deadline);
        }
    }

    @Test
    void keepsThePulseAwakeOnlyWhileSomethingIsArmed() {
        AtomicInteger wakings = new AtomicInteger();
        AtomicReference<LongConsumer> beat = new AtomicReference<>();
        Deadlines watched = new Deadlines(time(time, new Resting(beat, wakings)));
        Counted deadline = new Counted(MILLI);
        watched.arm(deadline);
        beat.get().accept(time.nanos());
        assertThat(wakings).hasValue(2);

        watched.release(deadline);
        beat.get().accept(time.nanos());

        assertThat(wakings).hasValue(2);
    }

    /**
     * The rivals on real threads: whoever of value and time is first, the other believes it, and an interrupt never
     * outlives the call it was meant for.
     */
    @Test
    void neverLetsAnInterruptHitTheNextCall() {
        AtomicReference<InterruptingDeadline> current = new AtomicReference<>();
        AtomicLong now = new AtomicLong(1);
        Thread watchdog = new Thread(() -> watch(current, now), "watchdog");
        watchdog.start();
        int expired = 0;
        try {
            for (int round = 0; round < ROUNDS || expired == 0; round++) {
                InterruptingDeadline deadline = new InterruptingDeadline(1, false);
                current.set(deadline);
                work(round);
                boolean inTime = deadline.disarm();
                expired += inTime ? 0 : 1;
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                assertThat(deadline.fired()).isEqualTo(!inTime);
            }
        } finally {
            watchdog.interrupt();
        }
    }

    /** The same through the real pulse: it is never early, by the clock of the thread that armed it. */
    @Test
    void isNeverEarlyOnARealPulse() {
        try (ThreadPulse pulse = new ThreadPulse(Ticker.system())) {
            Deadlines real = new Deadlines(time(Ticker.system(), pulse));
            for (int round = 0; round < 100; round++) {
                Counted deadline = new Counted(MILLI);
                long armedAt = Ticker.system().nanos();
                real.arm(deadline);
                while (!deadline.fired()) {
                    LockSupport.parkNanos(MILLI / 10);
                }
                assertThat(Ticker.system().nanos() - armedAt).isGreaterThanOrEqualTo(MILLI);
                real.release(deadline);
            }
        }
    }

    private static void work(int round) {
        for (int spin = 0; spin < round % 300; spin++) {
            Thread.onSpinWait();
        }
    }

    private static void watch(AtomicReference<InterruptingDeadline> current, AtomicLong now) {
        while (!Thread.currentThread().isInterrupted()) {
            InterruptingDeadline deadline = current.get();
            if (deadline != null) {
                deadline.look(now.incrementAndGet(), now::get);
            }
        }
    }

    private Counted armed(long nanos) {
        Counted deadline = new Counted(nanos);
        deadlines.arm(deadline);
        time.advanceNanos(0);
        return deadline;
    }

    private Time time(Ticker ticker, Pulse pulse) {
        Scheduler scheduler = time;
        return new Time(ticker, pulse, scheduler, InstantSource.system(), RandomSource.system());
    }

    /** A deadline that counts. */
    private static final class Counted extends Deadline {
        private final AtomicInteger fires = new AtomicInteger();
        private final AtomicInteger cleanings = new AtomicInteger();

        private Counted(long nanos) {
            super(nanos, false);
        }

        @Override
        void fire() {
            fires.incrementAndGet();
        }

        @Override
        void afterFiring() {
            cleanings.incrementAndGet();
        }
    }

    /** A pulse that beats when a test says so, and counts who wakes it. */
    private record Resting(AtomicReference<LongConsumer> beat, AtomicInteger wakings) implements Pulse {

        @Override
        public long tick() {
            return 0;
        }

        @Override
        public long lastToldBefore(long instant, long tolerance) {
            return instant;
        }

        @Override
        public void onBeat(LongConsumer work) {
            beat.set(work);
        }

        @Override
        public void wake() {
            wakings.incrementAndGet();
        }
    }
}
