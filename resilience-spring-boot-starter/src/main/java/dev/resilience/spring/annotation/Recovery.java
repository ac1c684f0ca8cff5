package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Does about failures what rules say: sends the call in again, restarts what it needs, diverts it, cuts callers off, calls for
 * people.
 *
 * <pre>{@code
 *  @Recovery("carrier")
 *  @Recovery(rules = {"ConnectException -> restart carrierClient", "429 -> isolate 30s", "* -> escalate"}, key = "#host")
 * }</pre>
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Guard(kind = "recoveries")
public @interface Recovery {

    /** The name of the policy, or a rule: {@code "503 -> retry 2"}. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /** What is to be done about which failure: {@code "ConnectException | 503 -> retry 2 after 500ms, escalate"}. */
    String[] rules() default {};

    /** The methods that the action {@code fallback} tries in turn, as in {@link Fallback#method}. Belongs to the method. */
    String[] fallback() default {};

    /** Whose calls the action {@code isolate} refuses, as an expression such as {@code #host}. Belongs to the method. */
    String key() default "";

    /** How many keys may be isolated by themselves at a time. */
    String maxKeys() default "";

    /** The longest wait for a restart, and for what an answer asks for before a retry. */
    String maxWait() default "";

    /** How long a restart is not followed by another one of the same. */
    String restartPause() default "";

    /** Below which share of saved calls a rule is reported, in percent. */
    String recoveryRateThreshold() default "";

    /** How many of the last calls that a rule acted on its rate looks at. */
    String rateWindow() default "";

    /** How many calls a rate needs to mean something. */
    String minimumCalls() default "";

    /** How many errors of the same class from the same place are a pattern. */
    String patternThreshold() default "";

    /** Within which time they are. */
    String patternWindow() default "";

    /** How long the same pattern, or a risen share of errors, is not reported again. */
    String patternPause() default "";

    /** Says that repeating the method does no harm, though it maps to an unsafe HTTP verb. Belongs to the method. */
    boolean idempotent() default false;

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
