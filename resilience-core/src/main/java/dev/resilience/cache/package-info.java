/**
 * Result caches: a hit gives the value of an earlier call, and any number of concurrent misses are one load. Caffeine
 * does the storing; without it nothing else in here is touched.
 */
@NullMarked
package dev.resilience.cache;

import org.jspecify.annotations.NullMarked;
