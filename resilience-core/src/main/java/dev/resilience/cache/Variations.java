package dev.resilience.cache;

import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.CommaList;
import dev.resilience.configuration.Problem;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds methods that share results by their keys and vary them by different things. A user may be called like an address, and
 * one header may hold what another one holds: then one would be given what belongs to the other.
 */
final class Variations {

    private static final String VARY_BY = PlacementAttribute.VARY_BY.name();

    private Variations() {}

    static List<Problem> contradictions(List<Site> sites) {
        Map<String, String> words = new TreeMap<>();
        sites.stream()
                .filter(site -> site.placement().containsKey("key"))
                .filter(site -> site.placement().containsKey(VARY_BY))
                .forEach(site -> words.put(site.operation(), what(site)));
        if (words.values().stream().distinct().count() < 2) {
            return List.of();
        }
        String all = words.entrySet().stream()
                .map(entry -> entry.getKey() + " by '" + entry.getValue() + "'")
                .collect(Collectors.joining(", "));
        String reason = "one cache with keys is on methods that vary by different things: " + all;
        String remedy = "Let all of them vary by the same, or give each a cache of its own";
        return List.of(new Problem(VARY_BY, null, null, reason, remedy));
    }

    /** Expressions over arguments may be written differently and mean the same: methods name their parameters as they like. */
    private static String what(Site site) {
        return CommaList.of(site.placement().get(VARY_BY)).stream()
                .map(text -> text.startsWith("#") ? "#argument" : text)
                .collect(Collectors.joining(", "));
    }
}
