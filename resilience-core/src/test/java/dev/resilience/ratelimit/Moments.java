package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.FakeCall;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Pulse;
import dev.resilience.time.RandomSource;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/** Calls at stated times of a limiter. */
final class Moments {

    private Moments() {}

    /** A timeline of which every time is the reading of the ticker, and no tick ever stands still. */
    static Timeline timeline() {
        return timeline(() -> 1);
    }

    /** A timeline by this ticker, of which no tick ever stands still. */
    static Timeline timeline(Ticker ticker) {
        return timeline(ticker, new Exact());
    }

    /** A timeline by these clocks. */
    static Timeline timeline(Ticker ticker, Pulse pulse) {
        return new Timeline(
                new Time(ticker, pulse, new Nobody(), InstantSource.fixed(ManualTime.EPOCH), RandomSource.system()));
    }

    /** A call that comes at this time, and reads no other. */
    static Call at(long time) {
        return new FakeCall(() -> time, () -> time);
    }

    /** The pulse of those who know the time themselves. */
    private static final class Exact implements Pulse {

        @Override
        public long tick() {
            throw new UnsupportedOperationException("the call knows the tick");
        }

        @Override
        public long lastToldBefore(long instant, long tolerance) {
            return instant;
        }

        @Override
        public void onBeat(LongConsumer work) {
            throw new UnsupportedOperationException("nothing is done at a beat");
        }

        @Override
        public void wake() {
            throw new UnsupportedOperationException("nothing is done at a beat");
        }
    }

    /** The scheduler of those who schedule nothing. */
    private static final class Nobody implements Scheduler {

        @Override
        public Scheduled schedule(Runnable task, long delayNanos) {
            throw new UnsupportedOperationException("an engine schedules nothing");
        }

        @Override
        public Executor executor() {
            throw new UnsupportedOperationException("an engine schedules nothing");
        }

        @Override
        public void pause(long nanos) {
            throw new UnsupportedOperationException("an engine never waits");
        }

        @Override
        public boolean await(CompletionStage<?> signal, long withinNanos) {
            throw new UnsupportedOperationException("an engine never waits");
        }
    }
}
