package dev.resilience;

import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds what a policy can't do around a lambda: keys, fallback methods and values belong to a method, and there is none.
 * Without a word such a policy would be there and do nothing.
 */
final class Unplaceable {

    private Unplaceable() {}

    static <C extends Record> List<Problem> problems(String pipeline, PolicyInstance<C, ?> instance) {
        Site lambda = new Site(pipeline, CallShape.BLOCKING, Object.class, Map.of());
        List<Problem> problems = new ArrayList<>(methodsOnly(instance));
        if (problems.isEmpty()) {
            problems.addAll(instance.kind().misplacements(instance.configuration(), lambda));
        }
        String property = PropertyName.of(instance.kind().id(), instance.name());
        return problems.stream().map(problem -> problem.under(property)).toList();
    }

    private static List<Problem> methodsOnly(PolicyInstance<?, ?> instance) {
        List<Problem> problems = new ArrayList<>();
        for (PlacementAttribute attribute : instance.kind().placementAttributes()) {
            Setting setting = instance.resolved().settings().get(attribute.name());
            if (setting != null) {
                problems.add(new Problem(
                        attribute.name(),
                        setting.text(),
                        setting.origin(),
                        "belongs to a method, and a pipeline around a lambda has none",
                        "Leave it out, or guard a method by annotation"));
            }
        }
        return problems;
    }
}
