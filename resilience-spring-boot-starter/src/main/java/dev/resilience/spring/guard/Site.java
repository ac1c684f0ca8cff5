package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.PlacementAttribute;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * One attribute as it is written for one guarded method, or for requests where they enter the application.
 *
 * @param attribute as in YAML, such as {@code key}
 * @param method the guarded method
 * @param shape how the method gives its result
 * @param ofRequest whether it is about requests, which have no arguments that could be named
 */
record Site(String attribute, String text, Method method, CallShape shape, boolean ofRequest) {

    Site(String attribute, String text, Method method, CallShape shape) {
        this(attribute, text, method, shape, false);
    }

    /** The site of a rule for requests, which all come through this method. */
    static Site ofRequest(String attribute, String text, Method entrance) {
        return new Site(attribute, text, entrance, CallShape.MONO, true);
    }

    /** What the expression belongs to, for messages. */
    String operation() {
        return ofRequest ? "a rule for requests" : method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    /** Whether it is about how calls end, rather than about how they begin. */
    boolean ofOutcome() {
        return method.getDeclaringClass() == OutcomeExpressions.Outcome.class;
    }

    /** What to write where no expression will do. */
    String bean() {
        return ofOutcome() ? "'@bean'" : "'@resolverBean'";
    }

    /** Expressions that can be written. */
    String examples() {
        return ofOutcome()
                ? "\"#result.status == 'ERROR'\" or \"#failure.message == 'quota'\""
                : "'#argument', '#argument.property' or '#first + #second'";
    }

    /** What can be written: an argument, where there are any, or one of these words. */
    String choice(String... words) {
        List<String> choices = new ArrayList<>(ofRequest ? List.of() : List.of("'#argument'"));
        choices.addAll(List.of(words));
        int last = choices.size() - 1;
        return last == 0 ? choices.get(0) : String.join(", ", choices.subList(0, last)) + " or " + choices.get(last);
    }

    /** Whether the roles of a caller may be meant, of which there may be several. */
    boolean maySayRole() {
        return attribute.equals("tier") || variesResults();
    }

    /** Whether the text says what results vary by. */
    boolean variesResults() {
        return attribute.equals(PlacementAttribute.VARY_BY.name());
    }

    /** Whether it is about a lambda, which has no arguments that could be named. */
    boolean ofLambda() {
        return method.getDeclaringClass() == Callable.class;
    }

    /** Whether the text says how important a call is. */
    boolean isPriority() {
        return attribute.equals("priority");
    }

    /** Whether the text has to yield a number. */
    boolean wantsNumber() {
        return attribute.equals("cost") || isPriority();
    }

    /** Whether the method runs at subscription, with a Reactor context. */
    boolean hasContext() {
        return shape == CallShape.MONO || shape == CallShape.FLUX;
    }

    /** What to throw because of this text. */
    ResilienceConfigurationException wrong(String reason, String remedy) {
        return new ResilienceConfigurationException(List.of(new Problem(attribute, text, null, reason, remedy)));
    }
}
