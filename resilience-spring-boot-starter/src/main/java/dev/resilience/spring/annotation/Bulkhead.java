package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Bounds how many calls of a method are under way at once.
 *
 * <pre>{@code
 *  @Bulkhead("reports")
 *  @Bulkhead(maxConcurrent = "10", maxWait = "500ms")
 * }</pre>
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Guard(kind = "bulkheads")
public @interface Bulkhead {

    /** The name of the policy. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /** How many calls may be under way at once. */
    String maxConcurrent() default "";

    /** How long a call may wait for a seat; {@code 0} refuses it at once. */
    String maxWait() default "";

    /** How many calls may wait for a seat. */
    String maxWaiting() default "";

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
