package dev.resilience.spring.actuate;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for below a kind: a policy, and perhaps one of its keys.
 *
 * <p>Names and keys may both contain slashes, so the segments of a path don't tell where one ends. The longest name of a
 * policy that the path begins with is meant, and what follows is the key.
 *
 * @param instance the policy; null if the path begins with none
 * @param rest what follows its name: segments of a key; all of the path if there is no policy
 */
record Asked(@Nullable PolicyInstance<?, ?> instance, List<String> rest) {

    /** @param path the segments below the kind */
    static Asked in(PolicyRegistry registry, String kind, List<String> path) {
        Map<String, PolicyInstance<?, ?>> known = registry.all(kind);
        return longest(path, known.keySet())
                .map(end -> new Asked(known.get(joined(path.subList(0, end))), path.subList(end, path.size())))
                .orElseGet(() -> new Asked(null, path));
    }

    /** How many segments the longest of these names takes that the path begins with. */
    static Optional<Integer> longest(List<String> path, Collection<String> names) {
        for (int end = path.size(); end > 0; end--) {
            if (names.contains(joined(path.subList(0, end)))) {
                return Optional.of(end);
            }
        }
        return Optional.empty();
    }

    /** The key: what follows the name, or what is given beside the path; null if the policy itself is asked for. */
    @Nullable String key(@Nullable String beside) {
        return rest.isEmpty() ? beside : joined(rest);
    }

    /** The name that was probably meant, which the path may begin with. */
    static Optional<String> nearest(List<String> path, List<String> known) {
        List<String> beginnings = new ArrayList<>();
        for (int end = path.size(); end > 0; end--) {
            beginnings.add(joined(path.subList(0, end)));
        }
        return beginnings.stream()
                .flatMap(beginning -> NearestName.of(beginning, known).stream())
                .findFirst();
    }

    static String joined(List<String> segments) {
        return String.join("/", segments);
    }
}
