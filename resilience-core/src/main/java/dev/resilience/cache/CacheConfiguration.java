package dev.resilience.cache;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Rules;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How long results are kept, how many of them, and what tells one call from another. */
public record CacheConfiguration(
        @Knob(
                value = "How long a result is kept; 0 lets calls pass as if there were no cache.",
                byDefault = "5m",
                example = "60s")
        Duration ttl,

        @Knob(value = "How long results of single operations are kept, by Class.method or by method.", example = "60s")
        Map<String, Duration> ttls,

        @Knob(
                value = "By how many percent of it a ttl is shortened at most, at random, so that results that"
                        + " were loaded together don't expire together.",
                byDefault = "10",
                example = "10")
        Double ttlJitter,

        @Knob(value = "How many results are kept at most.", byDefault = "10000")
        Long maxEntries,

        @Knob(value = "What tells one call from another, instead of all parameters.", example = "#symbol") @Nullable String key,

        @Knob(value = "Whether null is a result worth keeping.", byDefault = "true")
        Boolean cacheNull,

        @Knob(
                value = "How long after its time a result is still given where loading a new one fails; unset, never.",
                example = "1h")
        @Nullable Duration staleIfError,

        @Knob(
                value =
                        "Who may keep the responses of HTTP handlers with this cache: off tells clients nothing, private"
                                + " is for the caller alone, public for proxies as well where nobody in particular asks.",
                byDefault = "private")
        HttpCaching http,

        @Knob(
                value = "How clients tell the responses of HTTP handlers with this cache apart: strong by their bytes,"
                        + " weak by the result that is kept, off not at all.",
                byDefault = "strong")
        EntityTag etag) {

    public CacheConfiguration {
        ttls = Map.copyOf(ttls);
        Rules rules = new Rules()
                .notNegative("ttl", ttl, "60s")
                .between("ttl-jitter", ttlJitter, 0, 100, "10")
                .atLeast("max-entries", maxEntries, 1, "10000")
                .positive("stale-if-error", staleIfError, "1h");
        ttls.forEach((operation, time) -> rules.notNegative("ttls." + operation, time, "60s"));
        rules.report();
    }

    /** How long results of this operation are kept, which may be written with its parameters. */
    public Duration ttl(String operation) {
        return names(operation)
                .flatMap(name -> ttls.entrySet().stream().filter(entry -> isSame(entry.getKey(), name)))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(ttl);
    }

    /** What an operation may be called, the most exact name first: an overload, its method and class, its method. */
    private static Stream<String> names(String operation) {
        int parameters = operation.indexOf('(');
        String qualified = parameters < 0 ? operation : operation.substring(0, parameters);
        return Stream.of(operation, qualified, qualified.substring(qualified.lastIndexOf('.') + 1));
    }

    private static boolean isSame(String written, String name) {
        return Knobs.uniform(written).equals(Knobs.uniform(name));
    }
}
