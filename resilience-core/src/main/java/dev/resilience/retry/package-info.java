/** Trying again: when it makes sense, after which wait, and no more often than the budget allows. */
@NullMarked
package dev.resilience.retry;

import org.jspecify.annotations.NullMarked;
