package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Looks for the exceptions that policies name. Names are compared as text, so that a mistyped one would match nothing in
 * silence.
 */
final class ExceptionNames {

    private final @Nullable ClassLoader loader;
    private final SimpleNames simpleNames;
    private final Kinship kinship;
    private final Findings findings;

    ExceptionNames(@Nullable ClassLoader loader, List<String> applicationPackages, Findings findings) {
        this.loader = loader;
        this.simpleNames = new SimpleNames(loader, applicationPackages);
        this.kinship = new Kinship(loader, simpleNames);
        this.findings = findings;
    }

    /** Reports the exceptions this policy names that the application hasn't, and what it says in vain about those it has. */
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
        inVain(policy).forEach(problem -> findings.add(inVain(policy, problem)));
    }

    private <C extends Record> List<Problem> inVain(ResolvedPolicy<C> policy) {
        return policy.kind().saysInVain(policy.configuration(), kinship);
    }

    private static Finding inVain(ResolvedPolicy<?> policy, Problem problem) {
        Setting setting = policy.settings().get(problem.property());
        return Finding.warning(
                "never-reached",
                where(policy, problem.property(), setting == null ? "" : setting.origin(), problem.value()),
                StringUtils.capitalize(problem.reason()) + ".",
                problem.remedy() + ".");
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
        return Finding.warning(
                "unknown-exception",
                where(policy, knob, origin, name),
                "The application has no class '" + name + "', so that it matches nothing.",
                near + "Write a full name as in 'java.io.IOException', or a simple one.");
    }

    private static String where(ResolvedPolicy<?> policy, String knob, String origin, @Nullable String value) {
        String property = origin.equals(Setting.DEFAULTS)
                ? PropertyName.defaults(policy.kind().id())
                : PropertyName.of(policy.kind().id(), policy.name());
        return PropertyName.below(property, knob) + " = '" + value + "' (" + origin + ")";
    }

    private String near(String name) {
        String parent = ClassUtils.getPackageName(name);
        return NearestName.question(ClassUtils.getShortName(name), PackageClasses.names(parent, loader), parent + ".");
    }
}
