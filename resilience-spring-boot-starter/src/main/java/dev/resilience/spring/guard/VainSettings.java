package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Knobs.Described;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy.Shown;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.guard.HeaderOverrides.Spot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds settings that need another one which nobody has made: how many keys are told apart where nothing has a key. */
final class VainSettings {

    private VainSettings() {}

    /** A finding for each of them, of policies that stand somewhere; what a policy inherits is no word about it. */
    static List<Finding> in(Collection<Spot> everywhere) {
        Map<PolicyInstance<?, ?>, Boolean> keyed = new LinkedHashMap<>();
        everywhere.forEach(spot -> keyed.merge(spot.policy(), spot.placement().key() != null, Boolean::logicalOr));
        return keyed.entrySet().stream()
                .flatMap(policy -> Knobs.of(policy.getKey().kind()).stream()
                        .filter(knob -> isSaid(knob, policy.getKey()))
                        .filter(knob -> lacks(knob.knob().needs(), policy.getKey(), policy.getValue()))
                        .map(knob -> finding(policy.getKey(), knob)))
                .toList();
    }

    private static boolean isSaid(Described knob, PolicyInstance<?, ?> policy) {
        Setting setting = policy.resolved().settings().get(knob.name());
        return !knob.knob().needs().isEmpty() && setting != null && !setting.isInherited();
    }

    private static boolean lacks(String needed, PolicyInstance<?, ?> policy, boolean keyed) {
        if (needed.equals("key")) {
            return !keyed;
        }
        Shown shown = policy.resolved().view().get(needed);
        String byDefault = Knobs.find(Knobs.of(policy.kind()), needed)
                .map(knob -> knob.knob().byDefault())
                .orElse("");
        String effective = shown == null ? null : shown.effective();
        return effective == null
                || effective.equals("false")
                || !effective.equals("true") && effective.equals(byDefault);
    }

    private static Finding finding(PolicyInstance<?, ?> policy, Described knob) {
        Setting setting = policy.resolved().settings().get(knob.name());
        String needed = knob.knob().needs();
        return Finding.warning(
                "vain-setting",
                PropertyName.of(policy.kind().id(), policy.name()) + "." + knob.name() + " = '" + setting.text() + "' ("
                        + setting.origin() + ")",
                "It has no effect without '" + needed + "'.",
                "Set '" + needed + "' as well, or remove '" + knob.name() + "'.");
    }
}
