package dev.resilience.spring.guard;

import dev.resilience.Body;

/** A method with its arguments that knows the object it is a method of: fallbacks on the same bean need it. */
public interface BeanBody extends Body {

    /** The bean, without its proxy. */
    Object bean();
}
