package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Drops results of a cache when a method has overtaken them.
 *
 * <pre>{@code
 *  @CacheInvalidate(name = "quotes", key = "#quote.symbol")
 *  @CacheInvalidate(name = "prices", prefix = "#shop + '/'")
 *  @CacheInvalidate(name = "reports", operation = "ReportService.monthly")
 *  @CacheInvalidate(name = "trends", all = true)
 * }</pre>
 *
 * <p>Goes by one of {@code key}, {@code prefix}, {@code operation} and {@code all}. Repeatable.
 *
 * <p>Goes on a method, or on a type for each of its public methods. See {@link Guard} for what attributes mean.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Repeatable(CacheInvalidates.class)
@Guard(kind = "cache-invalidations")
public @interface CacheInvalidate {

    /** The name of the cache. */
    String value() default "";

    /** The name of the cache; that of a cache without one is the {@code Class.method} it is on. */
    String name() default "";

    /** The key whose results are dropped, as an expression over the arguments. Belongs to the method, like all of these. */
    String key() default "";

    /** What the keys begin with whose results are dropped, as an expression that gives a text. */
    String prefix() default "";

    /** The operation whose results are dropped, by {@code Class.method} or by {@code method}. */
    String operation() default "";

    /** Whether all results are dropped. */
    boolean all() default false;

    /** Whether they are dropped before the method runs, however it ends, instead of after its success. */
    boolean before() default false;

    /** Whether the policy takes part in calls: {@code true} or {@code false}. */
    String enabled() default "";

    /** Whether the policy only decides and counts, and never enforces. */
    String shadow() default "";

    /** A policy of the same kind, or a preset, whose settings this one inherits. */
    String base() default "";
}
