package dev.resilience.spring.config;

import dev.resilience.configuration.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Finds our properties in the sources of an environment, with placeholders resolved and their origins. */
final class PropertySources {

    private final ConfigurableEnvironment environment;
    private final Function<String, Optional<PropertyPath>> variables;
    private final List<Problem> problems;

    /** Reads this environment; the function understands the names of environment variables. */
    PropertySources(
            ConfigurableEnvironment environment,
            Function<String, Optional<PropertyPath>> variables,
            List<Problem> problems) {
        this.environment = environment;
        this.variables = variables;
        this.problems = problems;
    }

    /** What each source says, weakest source first. */
    List<List<Written>> weakestFirst() {
        List<List<Written>> sources = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                sources.add(read(enumerable));
            }
        }
        Collections.reverse(sources);
        return sources;
    }

    private List<Written> read(EnumerablePropertySource<?> source) {
        boolean system = source instanceof SystemEnvironmentPropertySource;
        List<Written> written = new ArrayList<>();
        for (@Nullable String name : source.getPropertyNames()) {
            if (name == null) {
                continue; // what an empty map at the root of a YAML document leaves behind
            }
            Optional<PropertyPath> path = PropertyPath.of(name);
            (path.isEmpty() && system ? variables.apply(name) : path)
                    .ifPresent(ours -> written.add(written(ours, name, source)));
        }
        return written;
    }

    private Written written(PropertyPath path, String name, EnumerablePropertySource<?> source) {
        String raw = text(source.getProperty(name));
        Written written = new Written(path, raw, Origins.of(source, name));
        try {
            return new Written(path, environment.resolveRequiredPlaceholders(raw), written.origin());
        } catch (IllegalArgumentException unresolved) {
            String reason = "has a placeholder without a value: " + unresolved.getMessage();
            problems.add(written.problem(reason, "Set it, or give it a default as in ${NAME:default}"));
            return written;
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Collection<?> elements) {
            return elements.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return value == null ? "" : String.valueOf(value);
    }
}
