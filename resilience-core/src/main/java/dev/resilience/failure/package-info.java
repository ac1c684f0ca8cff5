/** Which results and throwables count as failures: one classification for every pattern. */
@NullMarked
package dev.resilience.failure;

import org.jspecify.annotations.NullMarked;
