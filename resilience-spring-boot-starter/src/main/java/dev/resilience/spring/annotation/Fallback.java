package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Replaces the failure of a method by what other methods give, or by a value.
 *
 * <pre>{@code
 *  @Fallback("cheapQuote")
 *  @Fallback(method = {"cheapQuote", "archive::lastQuote"}, returning = "0")
 *  @Fallback(lastGood = "10m", returning = "0")
 * }</pre>
 *
 * <p>A bare value that isn't the name of a configured fallback names the method.
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Guard(kind = "fallbacks")
public @interface Fallback {

    /** The name of the policy; what isn't one names the method. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /**
     * How old the last good value may be, to be given before anything else: {@code "10m"}. It is that of the {@link Cached} on
     * the same method, expired or not. Belongs to the method.
     */
    String lastGood() default "";

    /**
     * The methods to try in turn: of the same bean, or {@code bean::method}. They take the arguments of the guarded
     * method, and the failure as a last one if they want to. Belongs to the method.
     */
    String[] method() default {};

    /**
     * The value to give when there is no method, or all of them have failed; {@code value} in YAML. Belongs to the
     * method.
     */
    String returning() default "";

    /** Names of the exceptions that are covered. */
    String[] on() default {};

    /** Names of the exceptions that are never covered. */
    String[] never() default {};

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
