/** Fallbacks: another method or a value instead of a failure. */
@NullMarked
package dev.resilience.fallback;

import org.jspecify.annotations.NullMarked;
