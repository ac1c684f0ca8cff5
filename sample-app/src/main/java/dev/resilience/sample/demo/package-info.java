/** Stories that make every policy show what it does, and count it. */
@NullMarked
package dev.resilience.sample.demo;

import org.jspecify.annotations.NullMarked;
