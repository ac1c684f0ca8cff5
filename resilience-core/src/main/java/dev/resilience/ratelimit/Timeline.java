package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.time.Pulse;
import dev.resilience.time.Time;
import java.time.Instant;

/**
 * The time of one limiter: nanoseconds since it was made, which are plain numbers from 1 on, where the ticker's may be
 * negative and may overflow. Everything behind it compares and divides them as such.
 */
final class Timeline {

    private final long origin;
    private final Time time;

    /** Begins now. */
    Timeline(Time time) {
        this.origin = time.ticker().nanos() - 1;
        this.time = time;
    }

    /** The exact time, read anew. */
    long now() {
        return of(time.ticker().nanos());
    }

    /** The wall clock, which jumps. */
    Instant wall() {
        return time.wall().instant();
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
    long lastToldBefore(long instant, long tolerance) {
        return time.pulse().lastToldBefore(instant + origin, tolerance) - origin;
    }
}
