package dev.resilience;

import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds what a policy can't do around a lambda: key expressions, fallback methods and values belong to a method, and there is none.
 * Without a word such a policy would be there and do nothing.
 */
final class Unplaceable {

    private static final String KEY = "key";

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

    /** The placement of a policy around a lambda: by the given key, where it keeps results or says so. */
    static Placement placement(PolicyInstance<?, ?> instance) {
        Setting key = instance.resolved().settings().get(KEY);
        boolean said = key != null && key.text().strip().equals(Placement.GIVEN_WORD);
        return said || instance.kind().keepsResults()
                ? Placement.of(Map.of(KEY, Placement.GIVEN_KEY))
                : Placement.bare();
    }

    private static List<Problem> methodsOnly(PolicyInstance<?, ?> instance) {
        List<Problem> problems = new ArrayList<>();
        for (PlacementAttribute attribute : instance.kind().placementAttributes()) {
            Setting setting = instance.resolved().settings().get(attribute.name());
            if (setting != null && !isGivenKey(attribute, setting)) {
                problems.add(new Problem(
                        attribute.name(),
                        setting.text(),
                        setting.origin(),
                        "belongs to a method, and a pipeline around a lambda has none",
                        remedy(attribute)));
            }
        }
        return problems;
    }

    private static boolean isGivenKey(PlacementAttribute attribute, Setting setting) {
        return attribute.name().equals(KEY) && setting.text().strip().equals(Placement.GIVEN_WORD);
    }

    private static String remedy(PlacementAttribute attribute) {
        return attribute.name().equals(KEY)
                ? "Write 'key: " + Placement.GIVEN_WORD
                        + "' and call with pipeline.forKey(key), or guard a method by annotation"
                : "Leave it out, or guard a method by annotation";
    }
}
