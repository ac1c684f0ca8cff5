package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission.ProceedWithin;
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

    private final ManualTime time = new ManualTime();
    private final Deadlines deadlines = new Deadlines(time.time());

    @Test
    void passesWhenItsTimeHasPassedAndNotBefore() {
        Counted alarm = new Counted();
        Deadline deadline = armed(alarm, 10 * MILLI);

        time.advanceNanos(10 * MILLI - 1);
        assertThat(deadline.fired()).isFalse();
        time.advanceNanos(1);

        assertThat(deadline.fired()).isTrue();
        assertThat(alarm.rings).hasValue(1);
        assertThat(deadline.disarm()).isFalse();
        assertThat(alarm.cleanings).hasValue(1);
    }

    @Test
    void beginsWhenTheCallFirstLooksAtIt() {
        Deadline deadline = unseen(10 * MILLI);

        assertThat(deadline.remaining(time.nanos() + MILLI)).isEqualTo(10 * MILLI);
        assertThat(deadline.remaining(time.nanos() + 4 * MILLI)).isEqualTo(7 * MILLI);
    }

    @Test
    void beginsWhenTheWatchdogFirstLooksAtItIfThatWasBefore() {
        Deadline deadline = armed(new Counted(), 10 * MILLI);

        time.advanceNanos(3 * MILLI);

        assertThat(deadline.remaining(time.nanos())).isEqualTo(7 * MILLI);
    }

    @Test
    void mayBeOverOnlyWhenSomebodyHasLooked() {
        Deadline deadline = unseen(10 * MILLI);

        assertThat(deadline.mayBeOver()).isFalse();
        time.advanceNanos(0);

        assertThat(deadline.mayBeOver()).isTrue();
    }

    @Test
    void beginsAtTheExactTimeThoughTheBeatIsOld() {
        AtomicLong exact = new AtomicLong(100 * MILLI);
        AtomicReference<LongConsumer> beat = new AtomicReference<>();
        Deadlines late = new Deadlines(time(exact::get, new Resting(beat, new AtomicInteger())));
        Deadline deadline = armed(late, new Counted(), 10 * MILLI);

        beat.get().accept(50 * MILLI);
        beat.get().accept(105 * MILLI);
        assertThat(deadline.fired()).isFalse();
        beat.get().accept(110 * MILLI);

        assertThat(deadline.fired()).isTrue();
    }

    @Test
    void countsFromZeroToo() {
        Deadline deadline = unseen(10);

        assertThat(deadline.remaining(0)).isEqualTo(11);
        assertThat(deadline.remaining(5)).isEqualTo(6);
    }

    @Test
    void neverPassesOnceTheValueIsThere() {
        Counted alarm = new Counted();
        Deadline deadline = armed(alarm, MILLI);

        assertThat(deadline.disarm()).isTrue();
        time.advanceNanos(10 * MILLI);

        assertThat(alarm.rings).hasValue(0);
        assertThat(deadline.disarm()).isTrue();
        assertThat(deadline.fired()).isFalse();
    }

    @Test
    void isOverForWhoeverAsksLaterOnceTheTimeHasWon() {
        Deadline deadline = armed(new Counted(), MILLI);
        time.advanceNanos(MILLI);

        deadline.disarm();

        assertThat(deadline.fired()).isTrue();
        assertThat(deadline.leastRemaining(time.nanos(), Route.MOST_STAGES)).isZero();
    }

    @Test
    void needsNoWatchdogToBeOver() {
        Counted alarm = new Counted();
        Deadline deadline = armed(alarm, MILLI);

        deadline.expireWhatIsOver(time.nanos() + MILLI - 1);
        assertThat(deadline.fired()).isFalse();
        deadline.expireWhatIsOver(time.nanos() + MILLI);

        assertThat(deadline.fired()).isTrue();
        assertThat(deadline.disarm()).isFalse();
        assertThat(alarm.rings).hasValue(0);
    }

    @Test
    void looksAfterACrowdWhoseTimesAreMixed() {
        List<Deadline> many = new ArrayList<>();
        for (int each = 0; each < 5_000; each++) {
            many.add(armed(new Counted(), (1 + each % 500) * MILLI));
        }
        assertThat(deadlines.armed()).isEqualTo(5_000);

        for (int beat = 1; beat <= 500; beat++) {
            time.advanceNanos(MILLI);
            for (int each = 0; each < many.size(); each++) {
                assertThat(many.get(each).fired()).as("after %s ms", beat).isEqualTo(1 + each % 500 <= beat);
            }
        }
        assertThat(deadlines.armed()).isZero();
    }

    /** Beats that come late, or not at all for a while. */
    @Test
    void isOnTimeWhenBeatsAreNot() {
        Deadline deadline = armed(new Counted(), 500 * MILLI);

        time.advanceNanos(300 * MILLI);
        time.advanceNanos(199 * MILLI);
        assertThat(deadline.fired()).isFalse();
        time.advanceNanos(MILLI);

        assertThat(deadline.fired()).isTrue();
    }

    @Test
    void keepsNoCrowdOfTheSilencedWhileNobodyBeats() {
        Counted last = new Counted();
        for (int round = 0; round < 1_000; round++) {
            Deadline deadline = armed(deadlines, last = new Counted(), MILLI);
            deadline.disarm();
        }

        int kept = 0;
        for (Alarm alarm = last; alarm != null; alarm = alarm.earlier) {
            kept++;
        }
        assertThat(kept).isOne();
    }

    @Test
    void usesTheAlarmsOfAThreadAgain() {
        Alarm first = deadlines.interrupting(ThreadCell.own());
        Alarm second = deadlines.interrupting(ThreadCell.own());
        Alarm third = deadlines.interrupting(ThreadCell.own());
        assertThat(third).isNotSameAs(second).isNotSameAs(first);

        third.release();
        second.release();

        assertThat(deadlines.interrupting(ThreadCell.own())).isSameAs(second);
        first.release();
        assertThat(deadlines.interrupting(ThreadCell.own())).isSameAs(first);
        first.release();
    }

    @Test
    void silencesWhatABrokenStackHasLeftSet() {
        Alarm outer = deadlines.interrupting(ThreadCell.own());
        Deadline left = armed(deadlines, deadlines.interrupting(ThreadCell.own()), MILLI);

        outer.release();
        time.advanceNanos(10 * MILLI);

        assertThat(left.fired()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void forgetsTheAlarmsOfAThreadThatHasDied() throws InterruptedException {
        Thread thread = new Thread(() -> armed(deadlines, deadlines.interrupting(ThreadCell.own()), MILLI));
        thread.start();
        thread.join();
        assertThat(deadlines.armed()).isOne();

        for (int beat = 0; beat < 100; beat++) {
            time.advanceNanos(0);
        }

        assertThat(deadlines.armed()).isZero();
    }

    @Test
    void keepsThePulseAwakeOnlyWhileSomethingIsArmed() {
        AtomicInteger wakings = new AtomicInteger();
        AtomicReference<LongConsumer> beat = new AtomicReference<>();
        Deadlines watched = new Deadlines(time(time, new Resting(beat, wakings)));
        Deadline ofThread = armed(watched, watched.interrupting(ThreadCell.own()), MILLI);
        beat.get().accept(time.nanos());
        assertThat(wakings).hasValue(2);
        ofThread.disarm();
        beat.get().accept(time.nanos());
        assertThat(wakings).hasValue(2);

        Deadline ofCrowd = armed(watched, new Counted(), MILLI);
        beat.get().accept(time.nanos());
        assertThat(wakings).hasValue(4);
        ofCrowd.disarm();
        beat.get().accept(time.nanos());

        assertThat(wakings).hasValue(4);
    }

    /** Through the real pulse: it is never early, by the clock of the thread that armed it. */
    @Test
    void isNeverEarlyOnARealPulse() {
        try (ThreadPulse pulse = new ThreadPulse(Ticker.system())) {
            Deadlines real = new Deadlines(time(Ticker.system(), pulse));
            for (int round = 0; round < 100; round++) {
                Alarm alarm = round % 2 == 0 ? new Counted() : real.interrupting(ThreadCell.own());
                long armedAt = Ticker.system().nanos();
                Deadline deadline = armed(real, alarm, MILLI);
                while (!deadline.fired()) {
                    LockSupport.parkNanos(MILLI / 10);
                }
                assertThat(Ticker.system().nanos() - armedAt).isGreaterThanOrEqualTo(MILLI);
                deadline.disarm();
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
        }
    }

    private Deadline armed(Alarm alarm, long nanos) {
        Deadline deadline = armed(deadlines, alarm, nanos);
        time.advanceNanos(0);
        return deadline;
    }

    private Deadline unseen(long nanos) {
        return armed(deadlines, new Counted(), nanos);
    }

    private static Deadline armed(Deadlines watched, Alarm alarm, long nanos) {
        ProceedWithin limit = new ProceedWithin(nanos, false);
        return new Deadline(limit, 0, null, alarm, watched.set(alarm, nanos));
    }

    private Time time(Ticker ticker, Pulse pulse) {
        Scheduler scheduler = time;
        return new Time(ticker, pulse, scheduler, InstantSource.system(), RandomSource.system());
    }

    /** An alarm that counts. */
    private static final class Counted extends Alarm {
        private final AtomicInteger rings = new AtomicInteger();
        private final AtomicInteger cleanings = new AtomicInteger();

        @Override
        void ring() {
            rings.incrementAndGet();
        }

        @Override
        void afterRinging() {
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
