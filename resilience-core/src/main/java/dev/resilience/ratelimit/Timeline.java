package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.time.Pulse;

/**
 * The time of one limiter: nanoseconds since it was made, which are plain numbers from 1 on, where the ticker's may be
 * negative and may overflow. Everything behind it compares and divides them as such.
 */
final class Timeline {

    private final long origin;
    private final Pulse pulse;

    /** @param start a reading of the ticker no later than the first decision's */
    Timeline(long start, Pulse pulse) {
        this.origin = start - 1;
        this.pulse = pulse;
    }

    /** A reading of the ticker as a time of this limiter. */
    long of(long nanos) {
        return nanos - origin;
    }

    /** The exact time of the call. */
    long now(Call call) {
        return call.now() - origin;
    }

    /** The time of the call as a tick that may have stood still for a while. Below 1 if it stands since before the start. */
    long tick(Call call) {
        return call.tick() - origin;
    }

    /** See {@link Pulse#lastToldBefore}. */
    long lastToldBefore(long time, long tolerance) {
        return pulse.lastToldBefore(time + origin, tolerance) - origin;
    }
}
