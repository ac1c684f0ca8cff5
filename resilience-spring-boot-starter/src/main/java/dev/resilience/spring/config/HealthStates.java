package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The states of policies that make the application unhealthy, as they are written: in any case, with dashes or not. */
final class HealthStates {

    static final String PROPERTY = "health-down-on";

    private final List<String> known;
    private final List<Problem> problems;

    HealthStates(Collection<? extends PolicyKind<?, ?>> kinds, List<Problem> problems) {
        this.known = kinds.stream()
                .flatMap(kind -> kind.states().stream())
                .distinct()
                .toList();
        this.problems = problems;
    }

    /**
     * The states that are meant. What names none is a problem.
     *
     * @param written by whom, if anybody knows; the strongest last
     */
    List<String> of(List<String> words, List<Map<String, Setting>> written) {
        String origin = null;
        for (Map<String, Setting> settings : written) {
            origin = settings.containsKey(PROPERTY) ? settings.get(PROPERTY).origin() : origin;
        }
        List<String> states = new ArrayList<>();
        for (String word : words) {
            String state = word.replace('-', '_').toUpperCase(Locale.ROOT);
            if (known.contains(state)) {
                states.add(state);
            } else {
                problems.add(unknown(word, origin));
            }
        }
        return List.copyOf(states);
    }

    private Problem unknown(String word, @Nullable String origin) {
        String remedy = NearestName.remedy(word, known);
        return new Problem(
                PropertyName.ROOT + "." + PROPERTY, word, origin, "is no state that a policy can be in", remedy);
    }
}
