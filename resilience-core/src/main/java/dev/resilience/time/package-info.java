/**
 * Time as it is handed to factories: an exact ticker, a coarse pulse, a scheduler, the wall clock and a source of
 * random numbers. The real ones live here, and nowhere else is a clock read or a thread put to sleep.
 */
@NullMarked
package dev.resilience.time;

import org.jspecify.annotations.NullMarked;
