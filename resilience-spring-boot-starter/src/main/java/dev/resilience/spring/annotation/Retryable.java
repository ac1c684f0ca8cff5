package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Calls a method again that failed, or gave a result that isn't good enough, with growing waits and within a budget.
 *
 * <pre>{@code
 *  @Retryable("upstream")
 *  @Retryable(maxAttempts = "5", delay = "100ms")
 * }</pre>
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Guard(kind = "retries")
public @interface Retryable {

    /** The name of the policy. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /** How often the method is called at most, the first call included. */
    String maxAttempts() default "";

    /** How often it is called again at most; instead of {@link #maxAttempts}. */
    String maxRetries() default "";

    /** The waits before each retry, one by one: {@code "1s", "2s", "4s"}. */
    String[] delays() default {};

    /** How the wait grows: {@code fixed}, {@code linear}, {@code exponential} or {@code random}. */
    String strategy() default "";

    /** The wait before the first retry, before jitter. */
    String delay() default "";

    /** How many times as long each further wait of the exponential strategy is. */
    String multiplier() default "";

    /** The longest wait. */
    String maxDelay() default "";

    /** The time from the first attempt after which no further one begins. */
    String maxDuration() default "";

    /**
     * How long a try may take before another one begins beside it: a time such as {@code 200ms}, or a percentile of the
     * recent tries such as {@code p95}. Plain methods then run on threads of their own.
     */
    String hedgeAfter() default "";

    /**
     * What is left to chance in a wait: {@code none}, {@code full}, {@code equal}, {@code decorrelated}, or a ratio
     * such as {@code 25%}.
     */
    String jitter() default "";

    /** Names of the exceptions to retry. */
    String[] retryOn() default {};

    /** Names of the exceptions never to retry. */
    String[] never() default {};

    /** HTTP statuses to retry, of exceptions and of results that are answers: {@code "429", "500-504"}. */
    String[] retryOnStatus() default {};

    /**
     * Which outcomes are retried besides: an expression over {@code #result} and {@code #failure} such as
     * {@code #result.status == 'PENDING'}, or {@code @bean}.
     */
    String retryWhen() default "";

    /** Whether the Retry-After of an answer is obeyed. */
    String respectRetryAfter() default "";

    /** Whether retries are bounded by a budget over all calls of this policy. */
    String budget() default "";

    /** Retries allowed in 10 seconds, in percent of the calls in that time. */
    String budgetShare() default "";

    /** Retries per second that are allowed however few calls there are. */
    String budgetFloor() default "";

    /** Says that repeating the method does no harm, though it maps to an unsafe HTTP verb. Belongs to the method. */
    boolean idempotent() default false;

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
