package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * Looks for the exceptions that policies name. Names are compared as text, so that a mistyped one would match nothing in
 * silence.
 */
final class ExceptionNames {

    private final @Nullable ClassLoader loader;
    private final SimpleNames simpleNames;
    private final Findings findings;

    ExceptionNames(@Nullable ClassLoader loader, List<String> applicationPackages, Findings findings) {
        this.loader = loader;
        this.simpleNames = new SimpleNames(loader, applicationPackages);
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
        within(policy).forEach((knob, names) -> {
            Setting setting = policy.settings().get(knob);
            names.forEach(name -> check(policy, knob, setting == null ? "" : setting.origin(), name));
        });
    }

    private static <C extends Record> Map<String, List<String>> within(ResolvedPolicy<C> policy) {
        return policy.kind().exceptionNames(policy.configuration());
    }

    private void check(ResolvedPolicy<?> policy, String knob, Setting setting) {
        setting.values().stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .distinct()
                .forEach(name -> check(policy, knob, setting.origin(), name));
    }

    private void check(ResolvedPolicy<?> policy, String knob, String origin, String name) {
        if (!name.contains(".")) {
            simpleNames
                    .meant(name)
                    .map(near -> "Did you mean '" + near + "'? ")
                    .ifPresent(near -> findings.add(missing(policy, knob, origin, name, near)));
        } else if (!ClassUtils.isPresent(name, loader)) {
            findings.add(missing(policy, knob, origin, name, near(name)));
        }
    }

    private Finding missing(ResolvedPolicy<?> policy, String knob, String origin, String name, String near) {
        String property = origin.equals(Setting.DEFAULTS)
                ? PropertyName.defaults(policy.kind().id())
                : PropertyName.of(policy.kind().id(), policy.name());
        return Finding.warning(
                "unknown-exception",
                PropertyName.below(property, knob) + " = '" + name + "' (" + origin + ")",
                "The application has no class '" + name + "', so that it matches nothing.",
                near + "Write a full name as in 'java.io.IOException', or a simple one.");
    }

    private String near(String name) {
        String parent = ClassUtils.getPackageName(name);
        return NearestName.of(ClassUtils.getShortName(name), PackageClasses.names(parent, loader))
                .map(near -> "Did you mean '" + parent + "." + near + "'? ")
                .orElse("");
    }
}
