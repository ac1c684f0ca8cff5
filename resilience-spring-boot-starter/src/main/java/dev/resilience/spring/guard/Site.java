package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;

/**
 * One attribute as it is written for one guarded method.
 *
 * @param attribute as in YAML, such as {@code key}
 * @param method the guarded method
 * @param shape how the method gives its result
 */
record Site(String attribute, String text, Method method, CallShape shape) {

    /** Whether the text has to yield a number. */
    boolean wantsNumber() {
        return attribute.equals("cost") || attribute.equals("priority");
    }

    /** Whether the method runs at subscription, with a Reactor context. */
    boolean hasContext() {
        return shape == CallShape.MONO || shape == CallShape.FLUX;
    }

    /** What to throw because of this text. */
    ResilienceConfigurationException wrong(String reason, String remedy) {
        return new ResilienceConfigurationException(List.of(new Problem(attribute, text, null, reason, remedy)));
    }

    /** A question to ask after a mistyped name, or nothing: {@code "Did you mean '#id'? "}. */
    static String didYouMean(String mistyped, Collection<String> known, String prefix) {
        return NearestName.of(mistyped, known)
                .map(near -> "Did you mean '" + prefix + near + "'? ")
                .orElse("");
    }
}
