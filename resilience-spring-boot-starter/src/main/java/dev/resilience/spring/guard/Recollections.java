package dev.resilience.spring.guard;

import dev.resilience.Placement;
import dev.resilience.PlacementAttribute;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyInstance;
import dev.resilience.Recollection;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.Setting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds, for the policies of one method that want values of earlier calls, a policy of that method that remembers them.
 * It comes after everything else, because how values are remembered is a matter of the other one's key.
 */
final class Recollections {

    private final List<Draft> drafts;

    Recollections(List<Draft> drafts) {
        this.drafts = drafts;
    }

    /** A policy on the method, with what belongs to it there as texts, and as far as it is resolved. */
    record Draft(Use use, PolicyInstance<?, ?> instance, Map<String, List<String>> texts, Placement placement) {}

    /** The placement of one of them with what it wants to recall; what nobody remembers is added to the problems. */
    Placement complete(Draft asking, List<Problem> problems) {
        Map<String, Object> found = new HashMap<>();
        for (PlacementAttribute attribute : asking.use().kind().placementAttributes()) {
            List<String> texts = asking.texts().get(attribute.name());
            if (attribute.type() == Type.EARLIER && texts != null) {
                find(asking, attribute.name(), String.join(", ", texts), found, problems);
            }
        }
        return found.isEmpty() ? asking.placement() : asking.placement().with(found);
    }

    private void find(Draft asking, String attribute, String text, Map<String, Object> found, List<Problem> problems) {
        try {
            if (!remember(asking, attribute, age(attribute, text), found)) {
                throw forgotten(attribute, text);
            }
        } catch (ResilienceConfigurationException refused) {
            Map<String, Setting> settings = asking.instance().resolved().settings();
            refused.problems().forEach(problem -> problems.add(Placements.placed(problem, asking.use(), settings)));
        }
    }

    /** The first that remembers does; what is recalled is looked up by what tells its calls apart. */
    private boolean remember(Draft asking, String attribute, Duration age, Map<String, Object> found) {
        for (Draft other : drafts) {
            Optional<Recollection> memory =
                    other == asking ? Optional.empty() : other.instance().recollection(age);
            if (memory.isPresent()) {
                found.put(attribute, memory.get());
                found.putAll(whatTellsCallsApart(other.placement()));
                return true;
            }
        }
        return false;
    }

    private static Map<String, Object> whatTellsCallsApart(Placement placement) {
        Map<String, Object> telling = new HashMap<>();
        for (String attribute : List.of("key", PlacementAttribute.VARY_BY.name())) {
            Optional.ofNullable(placement.attribute(attribute)).ifPresent(said -> telling.put(attribute, said));
        }
        return telling;
    }

    /** An annotation says it in its own words, which nobody has bound. */
    private static Duration age(String attribute, String text) {
        Duration age;
        try {
            age = Durations.parse(text);
        } catch (IllegalArgumentException unreadable) {
            throw wrong(attribute, text, unreadable.getMessage(), example(attribute));
        }
        if (age.isZero() || age.isNegative()) {
            throw wrong(attribute, text, "must be longer than zero", example(attribute));
        }
        return age;
    }

    private static String example(String attribute) {
        return "Write for example '" + attribute + ": 10m'";
    }

    private static ResilienceConfigurationException forgotten(String attribute, String text) {
        return wrong(
                attribute,
                text,
                "needs a policy on the same method that keeps its results, and there is none",
                "Put '@Cached' on the method as well, or leave this out");
    }

    private static ResilienceConfigurationException wrong(String attribute, String text, String reason, String remedy) {
        return new ResilienceConfigurationException(List.of(new Problem(attribute, text, null, reason, remedy)));
    }
}
