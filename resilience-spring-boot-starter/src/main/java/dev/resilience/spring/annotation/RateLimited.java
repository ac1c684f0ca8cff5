package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits how often a method may be called, by everybody together or by each key.
 *
 * <pre>{@code
 *  @RateLimited("60/1m")
 *  @RateLimited(name = "agents", key = "#agentId")
 * }</pre>
 *
 * <p>Repeatable: the limits of all of them hold. Without {@code limits}, here or in {@code resilience.rate-limiters},
 * the start fails; there is no default limit.
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Repeatable(RateLimits.class)
@Guard(kind = "rate-limiters")
public @interface RateLimited {

    /** The name of the policy; {@code "60/1m"} gives the limits. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /**
     * How many calls may pass in any window of which length: {@code "60/1m", "1000/1h"}. All windows hold together.
     */
    String[] limits() default {};

    /**
     * Whose limit it is: {@code #agentId}, {@code principal}, {@code caller}, {@code ip}, {@code header:NAME} or
     * {@code @bean}. Belongs to the method.
     */
    String key() default "";

    /** How many permits a call takes, as a number or an expression. Belongs to the method. */
    String cost() default "";

    /**
     * The tier of the caller, as an expression, for {@link #tiers}: as in {@link #key}, or {@code role}, the caller's roles as
     * Spring Security knows them. Of several the first that {@link #tiers} names counts; nobody is {@code anonymous}. Belongs
     * to the method.
     */
    String tier() default "";

    /** Limits by tier: {@code "admin: 200/1m", "viewer: 50/1m"}. */
    String[] tiers() default {};

    /** Limits of single keys: {@code "agent-123: 120/1m"}. */
    String[] overrides() default {};

    /** How long a call may be delayed instead of refused. */
    String maxWait() default "";

    /** How many keys are told apart at a time. */
    String maxKeys() default "";

    /** Which calls are charged, by how they end: {@code call}, {@code failure} or {@code success}. */
    String chargeOn() default "";

    /** How calls are counted: {@code sliding-window}, {@code token-bucket} or {@code fixed-window}. */
    String algorithm() default "";

    /** How many permits a full token bucket holds; of several limits one number each, shortest window first. */
    String[] burst() default {};

    /** Where the days of a fixed window begin: {@code Europe/Berlin}. */
    String zone() default "";

    /** Names of the exceptions that count as failures to {@link #chargeOn}; all of them where nothing is said. */
    String[] failures() default {};

    /** Names of the exceptions that are neither failure nor success to {@link #chargeOn}. */
    String[] ignored() default {};

    /** HTTP statuses that count as failures to {@link #chargeOn}, of exceptions and of results that are answers. */
    String[] failureStatuses() default {};

    /**
     * Which outcomes count as failures to {@link #chargeOn} besides: an expression over {@code #result} and {@code #failure}
     * such as {@code #result == false}, or {@code @bean}.
     */
    String failureWhen() default "";

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
