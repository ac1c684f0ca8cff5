package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Guards a method by a whole pipeline from {@code resilience.pipelines}, or gives the policies on it an order of their
 * own.
 *
 * <p>A kind that the pipeline names may not be on the method as an annotation as well.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE})
public @interface Resilient {

    /** The name of the pipeline. */
    @AliasFor("name")
    String value() default "";

    /** The name of the pipeline; without one only the order is given. */
    @AliasFor("value")
    String name() default "";

    /**
     * The kinds, outermost first: {@code "retries", "rate-limiters"}. Those not named keep their default place. Overrules
     * the order of the pipeline.
     */
    String[] order() default {};
}
