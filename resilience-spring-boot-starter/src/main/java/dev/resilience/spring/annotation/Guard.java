package dev.resilience.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an annotation place a policy of a kind on a method. Every annotation of this package is made so, and those of
 * kinds that an application adds are made in the same way.
 *
 * X is the property of
 * that name in camel case: {@code maxWait} is {@code resilience.<kind>.<name>.max-wait}, and YAML overrules it. Only a
 * property called {@code value}, whose name is taken, is the attribute {@code returning}. An attribute that has its
 * default is unset; a text may hold {@code ${…}}; an entry of a map is written {@code "name: value"}.
 *
 * <p>What belongs to the policy is shared by all methods that name it, so two of them may not contradict each other.
 * What belongs to the method (key, cost, tier, fallback) may differ.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.ANNOTATION_TYPE)
public @interface Guard {

    /** The id of the kind, such as {@code rate-limiters}. */
    String kind();
}
