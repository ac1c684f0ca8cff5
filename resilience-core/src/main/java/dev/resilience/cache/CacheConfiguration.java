package dev.resilience.cache;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Rules;
import dev.resilience.failure.OutcomeWords;
import java.time.Duration;
import java.util.List;
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

        @Knob(value = "How many results are kept at most.", byDefault = "10000", outranks = "max-weight") @Nullable Long maxEntries,

        @Knob(
                value = "How much all results may weigh together, instead of how many there may be; needs a weigher.",
                example = "50000000",
                outranks = "max-entries")
        @Nullable Long maxWeight,

        @Knob(
                value = "The bean of type ResultWeigher that says how much a result weighs.",
                example = "quoteWeigher",
                needs = "max-weight")
        @Nullable String weigher,

        @Knob(value = "What tells one call from another, instead of all parameters.", example = "#symbol") @Nullable String key,

        @Knob(
                value = "What else tells one call from another, such as who calls, in addition to the key or the"
                        + " parameters; a call of which that can't be told passes by the cache.",
                example = "principal, header:Accept-Language")
        List<String> varyBy,

        @Knob(
                value = "Whether it is worth keeping that there is nothing: null, an empty Optional, an empty Mono.",
                byDefault = "true")
        Boolean cacheNull,

        @Knob(
                value =
                        "How long a failure of the method is kept and given to all who ask, and how long it is kept that"
                                + " there is nothing, instead of ttl; unset, failures are not kept.",
                example = "5s")
        @Nullable Duration negativeTtl,

        @Knob(
                value = "The exceptions that negative-ttl keeps, nested causes looked at; unset, those of every type.",
                example = "NotFoundException",
                namesExceptions = true)
        List<String> negativeOn,

        @Knob(
                value = "How long after its time a result is still given where loading a new one fails; unset, never.",
                example = "1h")
        @Nullable Duration staleIfError,

        @Knob(
                value = "The bean of type ResultCopier that copies results which callers may change.",
                example = "quoteCopier")
        @Nullable String copier,

        @Knob(
                value =
                        "How long after its time a result is still given while it is loaded anew behind that; unset, never.",
                example = "30s")
        @Nullable Duration staleWhileRevalidate,

        @Knob(
                value =
                        "How long before the end of its time, in percent of that, a hit has a result loaded anew behind it;"
                                + " unset, not before the end.",
                example = "20")
        @Nullable Double refreshAhead,

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
        varyBy = List.copyOf(varyBy);
        negativeOn = List.copyOf(negativeOn);
        Rules rules = new Rules()
                .notNegative("ttl", ttl, "60s")
                .between("ttl-jitter", ttlJitter, 0, 100, "10")
                .atLeast("max-entries", maxEntries, 1, "10000")
                .atLeast("max-weight", maxWeight, 1, "50000000")
                .positive("negative-ttl", negativeTtl, "5s")
                .positive("stale-if-error", staleIfError, "1h")
                .positive("stale-while-revalidate", staleWhileRevalidate, "30s")
                .between("refresh-ahead", refreshAhead, 1, 90, "20");
        checkRoom(rules, maxEntries, maxWeight, weigher);
        checkNegativeOn(rules, negativeOn, negativeTtl);
        ttls.forEach((operation, time) -> rules.notNegative("ttls." + operation, time, "60s"));
        rules.report();
    }

    private static void checkRoom(
            Rules rules, @Nullable Long maxEntries, @Nullable Long maxWeight, @Nullable String weigher) {
        rules.otherwise(
                        maxEntries == null || maxWeight == null,
                        "max-weight",
                        maxWeight,
                        "is beside 'max-entries', and a cache is bounded by one of them",
                        "Leave one of the two out")
                .otherwise(
                        maxWeight == null || weigher != null,
                        "max-weight",
                        maxWeight,
                        "needs somebody who knows what a result weighs",
                        "Name a bean of type ResultWeigher, as in 'weigher: quoteWeigher', or write 'max-entries: 10000'");
    }

    private static void checkNegativeOn(Rules rules, List<String> names, @Nullable Duration negativeTtl) {
        rules.otherwise(
                names.isEmpty() || negativeTtl != null,
                "negative-on",
                String.join(", ", names),
                "says which failures are kept, and no failure is kept without a 'negative-ttl'",
                "Write for example 'negative-ttl: 5s' as well, or leave 'negative-on' out");
        OutcomeWords.checkNames(rules, "negative-on", names, "NotFoundException");
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
    public static Stream<String> names(String operation) {
        int parameters = operation.indexOf('(');
        String qualified = parameters < 0 ? operation : operation.substring(0, parameters);
        return Stream.of(operation, qualified, qualified.substring(qualified.lastIndexOf('.') + 1));
    }

    /** Whether an operation may be written like this. */
    public static boolean isFor(String written, String operation) {
        return names(operation).anyMatch(name -> isSame(written, name));
    }

    private static boolean isSame(String written, String name) {
        return Knobs.uniform(written).equals(Knobs.uniform(name));
    }
}
