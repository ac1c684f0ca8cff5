/**
 * From an annotated method to its pipeline: expressions, fallback methods, and what start-up finds out about methods
 * that no guard can reach.
 */
@NullMarked
package dev.resilience.spring.guard;

import org.jspecify.annotations.NullMarked;
