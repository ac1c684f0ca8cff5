/**
 * The contract of the product: what a policy is asked and answers, how policies line up in a pipeline, and the one
 * description per kind that everything generic is built on.
 *
 * <p>A policy decides and never acts; {@link dev.resilience.execution} acts and never decides.
 */
@NullMarked
package dev.resilience;

import org.jspecify.annotations.NullMarked;
