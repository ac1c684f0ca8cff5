/** JMH benchmarks: what a guarded call costs, here and in comparable libraries. */
@NullMarked
package dev.resilience.benchmarks;

import org.jspecify.annotations.NullMarked;
