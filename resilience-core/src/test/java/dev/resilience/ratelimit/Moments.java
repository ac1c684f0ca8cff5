package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.FakeCall;
import dev.resilience.time.Pulse;
import java.util.function.LongConsumer;

/** Calls at stated times of a limiter. */
final class Moments {

    private Moments() {}

    /** A timeline of which every time is the reading of the ticker, and no tick ever stands still. */
    static Timeline timeline() {
        return new Timeline(1, new Exact());
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
}
