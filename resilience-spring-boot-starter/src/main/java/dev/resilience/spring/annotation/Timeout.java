package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a method a time for each attempt, for the call as a whole, or both.
 *
 * <pre>{@code
 *  @Timeout("2s")
 *  @Timeout(timeout = "2s", total = "10s")
 * }</pre>
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Guard(kind = "timeouts")
public @interface Timeout {

    /** The name of the policy; {@code "2s"} gives the timeout. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /** How long each attempt may take, the wait for a seat of a bulkhead included. */
    String timeout() default "";

    /** How long the call may take with all its attempts and the pauses between them. */
    String total() default "";

    /** What a call gives that runs out of time, instead of failing; {@code value} in YAML. Belongs to the method. */
    String returning() default "";

    /** Where the method runs: {@code caller}, or {@code thread} for one that ignores interrupts. */
    String isolation() default "";

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
