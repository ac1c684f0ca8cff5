/** A minute of traffic that makes every policy show what it does. */
@NullMarked
package dev.resilience.sample.demo;

import org.jspecify.annotations.NullMarked;
