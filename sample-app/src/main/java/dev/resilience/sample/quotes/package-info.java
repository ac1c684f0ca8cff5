/** Shipping quotes: what is worth protecting, and how it is protected. */
@NullMarked
package dev.resilience.sample.quotes;

import org.jspecify.annotations.NullMarked;
