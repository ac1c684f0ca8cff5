package dev.resilience.time;

import java.util.function.LongConsumer;

/**
 * A coarse clock that somebody else winds: reading it costs a volatile read, and whoever has periodic work in the range
 * of milliseconds shares its beat. Thread-safe.
 */
public interface Pulse {

    /** The last published tick in nanoseconds of the exact ticker: never ahead of it, behind by a few beats at most. */
    long tick();

    /** Runs this at every beat with the exact time. It must be short, must not block, and must not throw. */
    void onBeat(LongConsumer work);

    /** Makes sure that a next beat comes, if the pulse rests because nobody looked at it for a while. */
    void wake();
}
