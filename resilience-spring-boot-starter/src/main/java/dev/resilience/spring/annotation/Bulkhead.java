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
 *  @Bulkhead(name = "reports", priority = "low")
 *  @Bulkhead(adaptive = "gradient")
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

    /** How many calls may be under way at once; of an adaptive bulkhead the most it ever allows. */
    String maxConcurrent() default "";

    /** How long a call may wait for a seat; {@code 0} refuses it at once. */
    String maxWait() default "";

    /** How many calls may wait for a seat, the most important first. */
    String maxWaiting() default "";

    /** Whose seats they are, as an expression such as {@code #tenant}: each key has as many. Belongs to the method. */
    String key() default "";

    /**
     * How important a call is: {@code low}, {@code normal}, {@code high}, a whole number, or an expression giving one. Unset,
     * as important as the guarded call around it. Belongs to the method.
     */
    String priority() default "";

    /** The share of the seats that calls below normal priority may take where nobody waits in line, in percent. */
    String lowPriorityShare() default "";

    /** Whether the number of seats follows what the guarded work bears: {@code none}, {@code aimd} or {@code gradient}. */
    String adaptive() default "";

    /** The fewest calls that an adaptive bulkhead allows at once. */
    String minConcurrent() default "";

    /** How many calls an adaptive bulkhead allows at once before it has learned anything. */
    String initialConcurrent() default "";

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
