package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Stops calling what is down, and finds out when it is back.
 *
 * <pre>{@code
 *  @CircuitBreaker("upstream")
 *  @CircuitBreaker(name = "mail", base = "email")
 *  @CircuitBreaker(name = "shops", key = "#host")
 * }</pre>
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Guard(kind = "circuit-breakers")
public @interface CircuitBreaker {

    /** The name of the policy. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /** How far back it looks: a number of calls, or a time. */
    String window() default "";

    /** How many calls in the window a rate needs to mean something. */
    String minimumCalls() default "";

    /** Opens at this share of failed calls, in percent. */
    String failureRateThreshold() default "";

    /** A call that takes this long is slow. */
    String slowCallDuration() default "";

    /** Opens at this share of slow calls, in percent. */
    String slowCallRateThreshold() default "";

    /** Opens after this many failures one after the other. */
    String consecutiveFailures() default "";

    /** Opens at this many failures in the window. */
    String failuresInWindow() default "";

    /** How long it stays open the first time. */
    String openWait() default "";

    /** By how much the open wait grows each time it opens again without having closed. */
    String openWaitMultiplier() default "";

    /** The longest open wait. */
    String maxOpenWait() default "";

    /** The share of the open wait that chance may take off, in percent. */
    String openWaitJitter() default "";

    /** Whether the Retry-After of the failure that opens it replaces the open wait. */
    String honorRetryAfter() default "";

    /** Whether it goes half-open as soon as the open wait is over, even if nobody calls. */
    String automaticHalfOpen() default "";

    /** How many probes it lets in while it is half-open. */
    String probes() default "";

    /** After this time a probe that has not come back counts as failed. */
    String probeLease() default "";

    /** How many probes must succeed for it to close. */
    String successThreshold() default "";

    /** How long it takes, once probes have closed it, to let in all calls again. */
    String ramp() default "";

    /** Names of the exceptions that count as failures. */
    String[] failures() default {};

    /** Names of the exceptions that count neither as failure nor as success. */
    String[] ignored() default {};

    /** HTTP statuses that count as failures, of exceptions and of results that are answers: {@code "429", "5xx"}. */
    String[] failureStatuses() default {};

    /**
     * Which outcomes count as failures besides: an expression over {@code #result} and {@code #failure} such as
     * {@code #result.status == 'ERROR'}, or {@code @bean}.
     */
    String failureWhen() default "";

    /**
     * Whose circuit it is: {@code #host} for an argument, {@code principal}, {@code ip}, {@code caller},
     * {@code header:NAME}, or {@code @bean}. Without one there is a circuit for all calls. Belongs to the method.
     */
    String key() default "";

    /** How many keys have a circuit of their own at a time. */
    String maxKeys() default "";

    /** After this time without calls the circuit of a key may be forgotten. */
    String forgetAfter() default "";

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
