package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.CallTimedOutException;
import dev.resilience.Pipeline;
import dev.resilience.time.Pulse;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Calls that end at the very moment their time does, one after the other on one thread, while a watchdog on another looks
 * without a pause. The oracle: a call that gave a value is one whose time hadn't passed; one that expired had it; and whatever
 * happened, the thread isn't interrupted between two calls, though nearly every method was interrupted or nearly so.
 */
class InterruptOracleTest {

    private static final int CALLS = 20_000;
    private static final int CALLS_FOR_LONG = 100_000;
    private static final long LEAST_OF_EACH = 100;

    @Test
    void neverLetsAnInterruptHitTheNextCall() throws Exception {
        callsAroundTheirDeadline(CALLS);
    }

    @Tag("long")
    @Test
    void neverLetsAnInterruptHitTheNextCallForLong() throws Exception {
        callsAroundTheirDeadline(CALLS_FOR_LONG);
    }

    private static void callsAroundTheirDeadline(int calls) throws Exception {
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Watchdog watchdog = new Watchdog()) {
            Time time = new Time(watchdog, watchdog, scheduler, InstantSource.system(), RandomSource.system());
            World world = new World(time);
            ScriptedPolicy whole = new ScriptedPolicy().unscoped();
            ScriptedPolicy attempt = new ScriptedPolicy().unscoped();
            Pipeline pipeline = world.pipeline(whole, attempt);
            watchdog.start();
            long values = 0;
            long expiries = 0;
            for (int call = 0; call < calls || Math.min(values, expiries) < LEAST_OF_EACH; call++) {
                whole.admitting(Admission.proceedWhollyWithin(Duration.ofNanos(40 + call % 7)));
                attempt.admitting(Admission.proceedWithin(Duration.ofNanos(20 + call % 11)));
                int spins = call % 600;
                try {
                    assertThat(pipeline.call(() -> work(spins))).isEqualTo(spins);
                    values++;
                } catch (CallTimedOutException expiry) {
                    expiries++;
                }
                assertThat(Thread.currentThread().isInterrupted())
                        .as("between calls")
                        .isFalse();
            }
            world.assertAtRest();
        }
    }

    private static int work(int spins) {
        for (int spin = 0; spin < spins; spin++) {
            Thread.onSpinWait();
        }
        return spins;
    }

    /** Time that passes with every look at it, so that it is over at no moment anybody could foresee. */
    private static final class Watchdog implements Ticker, Pulse, AutoCloseable {
        private final AtomicLong now = new AtomicLong(1);
        private final AtomicBoolean closed = new AtomicBoolean();
        private final Thread thread = new Thread(this::run, "watchdog");
        private volatile LongConsumer work = beat -> {};

        private void start() {
            thread.start();
        }

        private void run() {
            while (!closed.get()) {
                work.accept(now.incrementAndGet());
                if (now.get() % 16 == 0) {
                    Thread.yield();
                }
            }
        }

        @Override
        public long nanos() {
            return now.incrementAndGet();
        }

        @Override
        public long tick() {
            return now.get();
        }

        @Override
        public long lastToldBefore(long instant, long tolerance) {
            return now.get();
        }

        @Override
        public void onBeat(LongConsumer beat) {
            work = beat;
        }

        @Override
        public void wake() {}

        @Override
        public void close() throws InterruptedException {
            closed.set(true);
            thread.join();
        }
    }
}
