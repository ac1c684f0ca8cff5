package dev.resilience.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ThreadPulseTest {

    private static final Duration TOO_LONG = Duration.ofSeconds(30);
    private static final int READERS = 4;
    private static final int BURSTS = 200;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Each look at it turns it on a little: a clock that the pulse itself drives. */
    private final AtomicLong clock = new AtomicLong();

    @Test
    void isNeverAheadOfTheExactTime() throws Exception {
        try (ThreadPulse pulse = new ThreadPulse(Ticker.system())) {
            for (int look = 0; look < 100_000; look++) {
                long tick = pulse.tick();
                assertThat(Ticker.system().nanos() - tick).isNotNegative();
            }
        }
    }

    @Test
    void restsWhenNobodyLooksAndBeatsAgainWhenItIsWoken() throws Exception {
        AtomicInteger beats = new AtomicInteger();
        try (ThreadPulse pulse = new ThreadPulse(() -> clock.addAndGet(SECOND))) {
            pulse.onBeat(now -> beats.incrementAndGet());
            awaitRest(beats);
            int resting = beats.get();

            pulse.wake();

            Awaitility.await().atMost(TOO_LONG).until(() -> beats.get() > resting);
        }
    }

    @Test
    void tellsTheExactTimeWhileItRests() throws Exception {
        AtomicInteger beats = new AtomicInteger();
        try (ThreadPulse pulse = new ThreadPulse(() -> clock.addAndGet(SECOND))) {
            pulse.onBeat(now -> beats.incrementAndGet());
            awaitRest(beats);
            long before = clock.get();

            assertThat(pulse.tick()).isGreaterThan(before);
        }
    }

    @Test
    void losesNoWakeUpHoweverOftenItRests() throws Exception {
        AtomicInteger beats = new AtomicInteger();
        try (ThreadPulse pulse = new ThreadPulse(() -> clock.addAndGet(SECOND))) {
            pulse.onBeat(now -> beats.incrementAndGet());
            for (int round = 0; round < 500; round++) {
                int before = beats.get();
                pulse.wake();
                long giveUp = Ticker.system().nanos() + TOO_LONG.toNanos();
                while (beats.get() == before && Ticker.system().nanos() - giveUp < 0) {
                    Thread.onSpinWait();
                }
                assertThat(beats.get()).as("a beat after waking it").isGreaterThan(before);
            }
        }
    }

    @Test
    void outlivesWorkThatThrows() throws Exception {
        CountDownLatch beats = new CountDownLatch(3);
        try (ThreadPulse pulse = new ThreadPulse(Ticker.system())) {
            pulse.onBeat(now -> {
                throw new IllegalStateException("broken work");
            });
            pulse.onBeat(now -> beats.countDown());

            pulse.wake();

            assertThat(beats.await(TOO_LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void tellsTheExactTimeAfterItWasClosed() throws Exception {
        ThreadPulse pulse = new ThreadPulse(clock::incrementAndGet);
        pulse.close();

        Awaitility.await().atMost(TOO_LONG).until(() -> pulse.tick() == clock.get());
    }

    /**
     * The clock is turned by everybody who looks at it, the pulse's thread beats at its own pace, so that the tick stands
     * still for anything from microseconds to seconds, and rests when nobody looks.
     */
    @Test
    void whoWasToldAnOldTickAskedNoLaterThanItSaysAfterwards() throws Exception {
        AtomicInteger beats = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try (ThreadPulse pulse = new ThreadPulse(() -> clock.addAndGet(SECOND / 50_000))) {
            pulse.onBeat(now -> beats.incrementAndGet());
            List<Future<?>> readers = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                Random random = new Random(reader);
                readers.add(threads.submit(() -> read(pulse, beats, random)));
            }
            for (Future<?> reader : readers) {
                reader.get(TOO_LONG.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void read(ThreadPulse pulse, AtomicInteger beats, Random random) {
        for (int burst = 0; burst < BURSTS; burst++) {
            for (int look = 0; look < 200; look++) {
                long asked = clock.addAndGet(random.nextInt(16) == 0 ? random.nextInt((int) SECOND / 50) : 10);
                long told = pulse.tick();
                if (random.nextBoolean()) {
                    clock.addAndGet(random.nextInt((int) SECOND / 100));
                }
                assertSound(pulse, asked, told);
            }
            leaveAlone(beats, random.nextInt(4));
        }
    }

    /** Asked at this time, told this tick: true for every instant in between, most of all for the first. */
    private static void assertSound(ThreadPulse pulse, long asked, long told) {
        for (long tolerance = Pulse.FINEST_TOLERANCE; tolerance < SECOND; tolerance *= 4) {
            if (asked - told > tolerance) {
                assertThat(pulse.lastToldBefore(told + 1, tolerance)).isGreaterThanOrEqualTo(asked);
                assertThat(pulse.lastToldBefore(asked - tolerance, tolerance)).isGreaterThanOrEqualTo(asked);
            }
        }
    }

    /** Long enough for the pulse to beat or to rest, if the others leave it alone as well. */
    private void leaveAlone(AtomicInteger beats, int times) {
        int until = beats.get() + times;
        for (int spin = 0; spin < 20_000 && beats.get() < until; spin++) {
            clock.addAndGet(SECOND / 10_000);
            Thread.onSpinWait();
        }
    }

    /** It rests when no beat came for a while though every beat is a second of its clock. */
    private static void awaitRest(AtomicInteger beats) {
        Awaitility.await()
                .atMost(TOO_LONG)
                .during(Duration.ofMillis(50))
                .until(beats::get, new Unchanged(beats)::since);
    }

    /** Whether the number of beats stays as it was at the look before. */
    private static final class Unchanged {
        private int last;

        private Unchanged(AtomicInteger beats) {
            this.last = beats.get();
        }

        private boolean since(int now) {
            boolean unchanged = now == last;
            last = now;
            return unchanged;
        }
    }
}
