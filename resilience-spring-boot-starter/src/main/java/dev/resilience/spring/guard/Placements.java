package dev.resilience.spring.guard;

import dev.resilience.Placement;
import dev.resilience.PlacementAttribute;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Resolves what belongs to a policy on a method: expressions are compiled, fallback methods looked up, values converted.
 *
 * <p>The layers are the same as everywhere: what YAML says about the policy is stronger than the annotation, the
 * annotation is stronger than what the policy inherits.
 */
final class Placements {

    private static final String IDEMPOTENT = PlacementAttribute.IDEMPOTENT.name();

    private final KeyExpressions expressions;
    private final Targets targets;
    private final Findings findings;

    Placements(KeyExpressions expressions, Targets targets, Findings findings) {
        this.expressions = expressions;
        this.targets = targets;
        this.findings = findings;
    }

    /** The texts of the placement attributes that are set for this use of the policy, by name. */
    static Map<String, List<String>> texts(Use use, ResolvedPolicy<?> policy) {
        Map<String, List<String>> declared = use.placement();
        Map<String, List<String>> texts = new LinkedHashMap<>();
        for (PlacementAttribute attribute : use.kind().placementAttributes()) {
            Setting configured = policy.settings().get(attribute.name());
            List<String> said = declared.get(attribute.name());
            if (configured != null && (said == null || !configured.isInherited())) {
                texts.put(attribute.name(), configured.values());
            } else if (said != null) {
                texts.put(attribute.name(), said);
            }
        }
        return texts;
    }

    /** The same texts, and what the method says by itself where nobody has said it in words. */
    static Map<String, List<String>> seen(Map<String, List<String>> texts, Use use, Spot spot) {
        boolean asks = use.kind().placementAttributes().contains(PlacementAttribute.IDEMPOTENT);
        if (!asks || texts.containsKey(IDEMPOTENT) || !Boolean.FALSE.equals(HttpVerbs.idempotent(spot.method()))) {
            return texts;
        }
        Map<String, List<String>> seen = new LinkedHashMap<>(texts);
        seen.put(IDEMPOTENT, List.of("false"));
        return seen;
    }

    /** The placement these texts come to on a method; what doesn't is told, in words that lack who says so. */
    Placement resolve(Use use, Map<String, List<String>> texts, Spot spot, Consumer<Problem> problems) {
        Map<String, Object> resolved = new LinkedHashMap<>();
        for (PlacementAttribute attribute : use.kind().placementAttributes()) {
            try {
                Object value = value(attribute, texts.get(attribute.name()), spot, use);
                if (value != null) {
                    resolved.put(attribute.name(), value);
                }
            } catch (ResilienceConfigurationException refused) {
                refused.problems().forEach(problems);
            }
        }
        return Placement.of(resolved);
    }

    /** The same problem with the full name of the property, who says so, and who uses the policy. */
    static Problem placed(Problem problem, Use use, Map<String, Setting> settings) {
        Problem full = problem.under(PropertyName.of(use.kind().id(), use.name()));
        return full.origin() == null ? full.at(origin(problem.property(), use, settings)) : full;
    }

    private static String origin(String property, Use use, Map<String, Setting> settings) {
        Setting setting = settings.get(property);
        boolean isHere = setting == null
                || setting.origin().equals(use.origin())
                || setting.isInherited() && use.placement().containsKey(property);
        return isHere ? use.origin() : setting.origin() + ", " + use.origin();
    }

    private @Nullable Object value(PlacementAttribute attribute, @Nullable List<String> texts, Spot spot, Use use) {
        if (texts == null || texts.isEmpty()) {
            return attribute.equals(PlacementAttribute.IDEMPOTENT) ? idempotent(spot, use) : null;
        }
        return switch (attribute.type()) {
            case EXPRESSION -> expressions.compile(attribute.name(), single(texts), spot.method(), spot.shape());
            case METHOD -> methods(attribute, texts, spot);
            case VALUE -> targets.value(attribute.name(), single(texts), spot.method(), spot.owner(), spot.shape());
            case TEXT -> single(texts).strip();
            case FLAG -> Boolean.valueOf(single(texts).strip());
            case EARLIER -> null; // a matter of the other policies of the method: see Recollections
        };
    }

    /** An unsafe verb makes a policy that repeats do nothing, which nobody should have to find out in an outage. */
    private @Nullable Boolean idempotent(Spot spot, Use use) {
        Boolean idempotent = HttpVerbs.idempotent(spot.method());
        if (Boolean.FALSE.equals(idempotent)) {
            findings.add(Finding.warning(
                    "unsafe-verb",
                    spot.owner().getSimpleName() + "." + spot.method().getName(),
                    "The method maps to an HTTP verb whose requests must not be repeated, so the "
                            + use.kind().singular() + " '" + use.name() + "' never repeats it.",
                    "Say 'idempotent = true' if repeating does no harm, take an 'Idempotency-Key' header, or leave the "
                            + use.kind().singular() + " out."));
        }
        return idempotent;
    }

    private Object methods(PlacementAttribute attribute, List<String> texts, Spot spot) {
        List<String> names = texts.stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .toList();
        return names.stream()
                .map(name -> targets.method(attribute.name(), name, spot.method(), spot.owner(), spot.shape()))
                .map(BeanTarget::new)
                .toList();
    }

    /** A list of a single attribute was one text with commas in it. */
    private static String single(List<String> texts) {
        return String.join(", ", texts);
    }

    /** A method as placements see it. */
    record Spot(Method method, Class<?> owner, dev.resilience.CallShape shape) {}
}
