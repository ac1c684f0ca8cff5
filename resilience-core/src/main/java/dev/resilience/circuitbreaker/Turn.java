package dev.resilience.circuitbreaker;

import org.jspecify.annotations.Nullable;

/**
 * When and why a breaker came to stand where it stands.
 *
 * @param at in nanoseconds of the ticker
 * @param reason in words; null where it has stood from the beginning
 */
record Turn(long at, @Nullable String reason) {}
