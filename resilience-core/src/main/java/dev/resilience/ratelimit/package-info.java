/**
 * Rate limiting: how many calls may pass in any stretch of time, for everybody or for each key.
 *
 * <p>{@link dev.resilience.ratelimit.Engine} is the arithmetic, {@link dev.resilience.ratelimit.KeyStore} keeps its
 * state by key, and {@link dev.resilience.ratelimit.RateLimiterPolicy} speaks for both to the pipeline.
 */
@NullMarked
package dev.resilience.ratelimit;

import org.jspecify.annotations.NullMarked;
