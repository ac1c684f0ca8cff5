package dev.resilience.configuration;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one component of a configuration record: the only place where a knob's default, meaning and example are
 * written. Binding, error messages, IDE metadata and the endpoint read it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Knob {

    /** What the knob does, in one sentence with its unit. */
    String value();

    /** The library's default as it would be written in YAML; empty where there is none and the component is then null. */
    String byDefault() default "";

    /** A value worth copying. The default where none is given. */
    String example() default "";

    /**
     * Another knob of the record that says the same in other words. Both in one layer are an error; a stronger layer's
     * word replaces the weaker layer's other word.
     */
    String insteadOf() default "";

    /**
     * Knobs that have nothing to say any more in weaker layers once this one is set: a list of waits tells the number of
     * attempts, so it outranks a number inherited from elsewhere. Within one layer the record judges both.
     */
    String[] outranks() default {};

    /**
     * Another knob, or attribute of a placement, without which this one has no effect; start-up reports it where it is
     * set in vain. Not an error, for the other one may be switched off for a while.
     */
    String needs() default "";

    /** Whether the texts name classes of exceptions; start-up looks for those with a package and reports the missing. */
    boolean namesExceptions() default false;

    /** Whether the text is a rule about how calls end, which only the application can read; start-up has it read. */
    boolean isOutcomeRule() default false;
}
