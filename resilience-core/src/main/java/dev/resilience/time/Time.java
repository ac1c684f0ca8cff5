package dev.resilience.time;

import java.time.InstantSource;

/**
 * Everything about time and chance that a factory is handed. Tests hand in one they turn by hand.
 *
 * @param ticker exact monotonic time
 * @param pulse coarse monotonic time
 * @param scheduler later and elsewhere
 * @param wall the wall clock, for HTTP dates and calendar windows only
 * @param random jitter
 */
public record Time(Ticker ticker, Pulse pulse, Scheduler scheduler, InstantSource wall, RandomSource random) {}
