/**
 * How often calls may be sent in again: one mechanism for every pattern that does so.
 *
 * <p>A policy counts its calls by {@link dev.resilience.Call#countIn} and asks for each further try by
 * {@link dev.resilience.Call#spendTry}. Both look at the guarded calls around, so that nested retries don't multiply.
 */
@NullMarked
package dev.resilience.budget;

import org.jspecify.annotations.NullMarked;
