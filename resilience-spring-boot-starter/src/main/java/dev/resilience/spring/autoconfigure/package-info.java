/** Puts the beans of the starter together. Nothing knows this package. */
@NullMarked
package dev.resilience.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
