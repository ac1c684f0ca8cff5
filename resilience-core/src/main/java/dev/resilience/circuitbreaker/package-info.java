/** The circuit breaker: stops calling what is down, and finds out with a few probes when it is up again. */
@NullMarked
package dev.resilience.circuitbreaker;

import org.jspecify.annotations.NullMarked;
