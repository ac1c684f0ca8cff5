/** Tracking: reads that are worth a second try, and whose last answer is better than none. */
@NullMarked
package dev.resilience.sample.tracking;

import org.jspecify.annotations.NullMarked;
