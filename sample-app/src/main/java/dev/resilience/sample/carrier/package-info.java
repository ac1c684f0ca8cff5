/** The outside world: a carrier that fails on command, and the client that asks it. */
@NullMarked
package dev.resilience.sample.carrier;

import org.jspecify.annotations.NullMarked;
