package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * Looks for the exceptions that policies name. Names are compared as text, so that a mistyped one would match nothing in
 * silence; a simple name can't be looked for, one with a package can.
 */
final class ExceptionNames {

    private final @Nullable ClassLoader loader;
    private final Findings findings;

    ExceptionNames(@Nullable ClassLoader loader, Findings findings) {
        this.loader = loader;
        this.findings = findings;
    }

    /** Reports the exceptions this policy names that the application hasn't. */
    void check(PolicyInstance<?, ?> instance) {
        ResolvedPolicy<?> policy = instance.resolved();
        for (Knobs.Described knob : Knobs.of(policy.kind().configurationType())) {
            Setting setting = policy.settings().get(knob.name());
            if (knob.knob().namesExceptions() && setting != null) {
                check(policy, knob.name(), setting);
            }
        }
    }

    private void check(ResolvedPolicy<?> policy, String knob, Setting setting) {
        setting.values().stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(name -> name.contains(".") && !ClassUtils.isPresent(name, loader))
                .forEach(name -> findings.add(missing(policy, knob, setting.origin(), name)));
    }

    private Finding missing(ResolvedPolicy<?> policy, String knob, String origin, String name) {
        String property = origin.equals(Setting.DEFAULTS)
                ? PropertyName.defaults(policy.kind().id())
                : PropertyName.of(policy.kind().id(), policy.name());
        return Finding.warning(
                "unknown-exception",
                PropertyName.below(property, knob) + " = '" + name + "' (" + origin + ")",
                "The application has no class '" + name + "', so that it matches nothing.",
                near(name) + "Write a full name as in 'java.io.IOException', or a simple one.");
    }

    private String near(String name) {
        String parent = ClassUtils.getPackageName(name);
        return NearestName.of(ClassUtils.getShortName(name), PackageClasses.names(parent, loader))
                .map(near -> "Did you mean '" + parent + "." + near + "'? ")
                .orElse("");
    }
}
