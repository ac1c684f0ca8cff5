package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keeps the results of a method, and lets one of many callers load what is missing.
 *
 * <pre>{@code
 *  @Cached(ttl = "1m")
 *  @Cached(name = "quotes", key = "#symbol")
 *  @Cached(ttl = "1m", staleIfError = "1h")
 * }</pre>
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Guard(kind = "caches")
public @interface Cached {

    /** The name of the policy. */
    String value() default "";

    /** The name of the policy; without one it is called {@code Class.method}, and belongs to that method alone. */
    String name() default "";

    /** How long a result is kept; {@code 0} lets calls pass. */
    String ttl() default "";

    /** How long results of single operations are kept: {@code "QuoteService.quote: 60s"}. */
    String[] ttls() default {};

    /** By how many percent of it a time to live is shortened at most, at random. */
    String ttlJitter() default "";

    /** How many results are kept at most. */
    String maxEntries() default "";

    /** What tells one call from another, instead of all parameters. Belongs to the method. */
    String key() default "";

    /** Whether null is a result worth keeping. */
    String cacheNull() default "";

    /** How long after its time a result is still given where loading a new one fails. */
    String staleIfError() default "";

    /**
     * Who may keep the responses, where the method is an HTTP handler: {@code off}, {@code private} for the caller alone, or
     * {@code public} for proxies as well where nobody in particular asks.
     */
    String http() default "";

    /** How clients tell those responses apart: {@code strong} by their bytes, {@code weak} by the result kept, {@code off}. */
    String etag() default "";

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
