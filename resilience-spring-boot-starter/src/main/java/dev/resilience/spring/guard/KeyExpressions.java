package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Placement.Expression;
import java.lang.reflect.Method;
import org.springframework.context.ApplicationContext;

/** Compiles the texts of key, cost, tier and priority. Signature only so far. */
final class KeyExpressions {

    KeyExpressions(ApplicationContext context) {}

    /** @throws dev.resilience.ResilienceConfigurationException naming the attribute, if the text can't be compiled */
    Expression compile(String attribute, String text, Method method, CallShape shape) {
        throw new UnsupportedOperationException("comes with the next commit");
    }
}
