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
 *  @Cached(ttl = "1m", varyBy = "principal")
 *  @Cached(ttl = "1m", staleWhileRevalidate = "30s")
 *  @Cached(ttl = "1h", negativeTtl = "5s", negativeOn = "NotFoundException")
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

    /** How much all results may weigh together, instead of how many there may be; needs a {@link #weigher}. */
    String maxWeight() default "";

    /** The bean of type {@code ResultWeigher} that says how much a result weighs. */
    String weigher() default "";

    /** What tells one call from another, instead of all parameters. Belongs to the method. */
    String key() default "";

    /**
     * What else tells one call from another, in addition to the key or the parameters: {@code principal}, {@code caller},
     * {@code role}, {@code ip}, {@code header:NAME}, {@code #argument} or {@code @resolverBean}. A call of which that can't be
     * told, such as one by somebody who isn't logged in, passes by the cache. Belongs to the method.
     */
    String[] varyBy() default {};

    /** Whether it is worth keeping that there is nothing: null, an empty {@code Optional}, an empty {@code Mono}. */
    String cacheNull() default "";

    /** How long a failure of the method is kept, and that there is nothing; unset, failures are not kept. */
    String negativeTtl() default "";

    /** The exceptions that {@link #negativeTtl} keeps; unset, those of every type. */
    String[] negativeOn() default {};

    /** How long after its time a result is still given where loading a new one fails. */
    String staleIfError() default "";

    /** How long after its time a result is still given while it is loaded anew behind that. */
    String staleWhileRevalidate() default "";

    /** How long before the end of its time, in percent of that, a hit has a result loaded anew behind it. */
    String refreshAhead() default "";

    /** The bean of type {@code ResultCopier} that copies results which callers may change. */
    String copier() default "";

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
