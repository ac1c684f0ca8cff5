package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Target;
import java.lang.reflect.Method;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.convert.ConversionService;

/** Resolves what a call is diverted to. Signature only so far. */
final class Targets {

    Targets(BeanFactory beans, ConversionService conversions) {}

    /** {@code method} or {@code bean::method}. @throws dev.resilience.ResilienceConfigurationException if it doesn't fit */
    FallbackMethod method(String attribute, String text, Method guarded, Class<?> beanClass, CallShape shape) {
        throw new UnsupportedOperationException("comes with the next commit");
    }

    /** @throws dev.resilience.ResilienceConfigurationException if the text doesn't convert */
    Target value(String attribute, String text, Method guarded, Class<?> beanClass, CallShape shape) {
        throw new UnsupportedOperationException("comes with the next commit");
    }
}
