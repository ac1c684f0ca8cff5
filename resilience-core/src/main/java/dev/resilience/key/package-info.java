/**
 * What patterns that keep a state for each key have in common: what stands for a key, how it is shown, and where states
 * live in bounded memory.
 *
 * <p>{@link dev.resilience.key.Digests} makes of any key 128 bits that nobody can make collide, and
 * {@link dev.resilience.key.KeyedStates} keeps a state for each.
 */
@NullMarked
package dev.resilience.key;

import org.jspecify.annotations.NullMarked;
