/** Timeouts: a time for each attempt, and one for the call as a whole. */
@NullMarked
package dev.resilience.timeout;

import org.jspecify.annotations.NullMarked;
