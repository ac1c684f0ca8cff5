package dev.resilience.spring.docs;

import dev.resilience.spring.annotation.Guard;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Places a {@link OneAtATime} on a method. */
@Guard(kind = OneAtATimeKind.ID)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@interface Alone {

    String value() default "";

    String name() default "";

    String key() default "";
}
