/** Meters of every kind through the one description per kind. */
@NullMarked
package dev.resilience.spring.metrics;

import org.jspecify.annotations.NullMarked;
