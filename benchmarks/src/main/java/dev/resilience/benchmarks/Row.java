package dev.resilience.benchmarks;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A row of the comparison: a class whose benchmark methods do the same with different libraries. {@code ours} goes
 * through a pipeline, {@code alone} asks our policy directly, and every other method is a peer.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Row {

    /** What is measured, in words. */
    String value();

    /** CPU nanoseconds per operation that we want to stay below: of the policy alone, where it is measured alone. */
    double target() default NONE;

    /** Nothing was set out for. */
    double NONE = Double.POSITIVE_INFINITY;
}
