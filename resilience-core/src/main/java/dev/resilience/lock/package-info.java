/** Locks for what takes a few dozen instructions. */
@NullMarked
package dev.resilience.lock;

import org.jspecify.annotations.NullMarked;
