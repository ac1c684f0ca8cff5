package dev.resilience.time;

import java.util.function.LongConsumer;

/**
 * A coarse clock that somebody else winds: reading it costs a volatile read, and whoever has periodic work in the range
 * of milliseconds shares its beat. Thread-safe.
 */
public interface Pulse {

    /** The smallest tolerance of {@link #lastToldBefore}; a power of two, about two beats. */
    long FINEST_TOLERANCE = 1L << 21;

    /**
     * The last published tick in nanoseconds of the exact ticker: never ahead of it, behind by a few beats at most, and by
     * more only while whoever winds it gets no processor. {@link #lastToldBefore} tells afterwards by how much.
     */
    long tick();

    /**
     * The latest exact time at which somebody may have asked for the tick and been told one before this instant; at least
     * the instant itself. While the tick still stands before the instant, that is now.
     *
     * <p>So what was done by a tick before the instant was really begun no later than this. A tick that stood still for no
     * longer than the tolerance may count as none that did: then it was begun no later than the tolerance after the
     * instant. A longer standstill is remembered for a thousand tolerances at least.
     *
     * @param instant not in the future
     * @param tolerance a power of two, at least {@link #FINEST_TOLERANCE}
     */
    long lastToldBefore(long instant, long tolerance);

    /** Runs this at every beat with the exact time. It must be short, must not block, and must not throw. */
    void onBeat(LongConsumer work);

    /** Makes sure that a next beat comes, if the pulse rests because nobody looked at it for a while. */
    void wake();
}
