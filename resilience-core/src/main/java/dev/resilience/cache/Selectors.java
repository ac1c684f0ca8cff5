package dev.resilience.cache;

import dev.resilience.PolicyKind.Others;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds at start-up what invalidations say wrongly of the results they mean, so that none of them drops nothing for ever. */
final class Selectors {

    static final String KEY = "key";
    static final String ALL = "all";

    private static final String CHOICE =
            "Write one of 'key: \"#symbol\"', 'prefix: \"#shop\"', 'operation: quote', or say 'all'";

    private Selectors() {}

    /** What is wrong with the placement alone. */
    static List<Problem> misplaced(Site site) {
        List<String> said = Stream.of(KEY, CacheInvalidationKind.PREFIX, CacheInvalidationKind.OPERATION, ALL)
                .filter(selector -> isSaid(site, selector))
                .toList();
        if (said.isEmpty()) {
            return List.of(problem(KEY, null, "it isn't said which results of the cache are dropped", CHOICE));
        }
        if (said.size() > 1) {
            String reason = "stands beside '" + said.get(1) + "', and an invalidation goes by one of them";
            return List.of(problem(said.get(0), text(site, said.get(0)), reason, "Keep one of the two"));
        }
        return List.of();
    }

    private static boolean isSaid(Site site, String selector) {
        String text = text(site, selector);
        return text != null && !(selector.equals(ALL) && text.strip().equalsIgnoreCase("false"));
    }

    private static @Nullable String text(Site site, String attribute) {
        List<String> texts = site.placement().get(attribute);
        return texts == null || texts.isEmpty() ? null : String.join(", ", texts);
    }

    /** What is wrong with it in view of the cache, and of the methods that fill it as far as they are known. */
    static List<Problem> dangling(String cache, Site site, Others others) {
        Set<String> caches = others.names(CacheKind.ID);
        if (!caches.contains(cache)) {
            return List.of(unknown(cache, site, caches));
        }
        List<Site> readers = others.sites(CacheKind.ID, cache);
        if (readers.isEmpty()) {
            return List.of();
        }
        if (isSaid(site, CacheInvalidationKind.OPERATION)) {
            return ofOperation(cache, text(site, CacheInvalidationKind.OPERATION), readers);
        }
        boolean keyed = readers.stream().anyMatch(reader -> reader.placement().containsKey(KEY));
        if (isSaid(site, CacheInvalidationKind.PREFIX) && !keyed) {
            return List.of(problem(
                    CacheInvalidationKind.PREFIX,
                    text(site, CacheInvalidationKind.PREFIX),
                    "no method gives the cache '" + cache + "' a key, and only explicit keys have a beginning",
                    "Give '@Cached' a key that is a text, or drop 'all'"));
        }
        boolean single = readers.stream().anyMatch(reader -> reader.parameters().size() == 1);
        if (isSaid(site, KEY) && !keyed && !single) {
            return List.of(problem(
                    KEY,
                    text(site, KEY),
                    "no method gives the cache '" + cache + "' a key or has one parameter, so no result is found by it",
                    "Give '@Cached' the same key, or drop 'all'"));
        }
        return List.of();
    }

    private static Problem unknown(String cache, Site site, Set<String> caches) {
        String reason = "there is no cache '" + cache + "' whose results could be dropped";
        if (cache.equals(site.operation())) {
            return problem("name", null, reason, "Name the cache, as in 'name: quotes'");
        }
        String remedy = caches.isEmpty() ? "Put '@Cached' on the method that reads" : NearestName.remedy(cache, caches);
        return problem("name", cache, reason, remedy);
    }

    private static List<Problem> ofOperation(String cache, @Nullable String written, List<Site> readers) {
        String operation = written == null ? "" : written;
        if (readers.stream().anyMatch(reader -> CacheConfiguration.isFor(operation, reader.operation()))) {
            return List.of();
        }
        Set<String> known = readers.stream().map(Site::operation).collect(Collectors.toCollection(TreeSet::new));
        return List.of(problem(
                CacheInvalidationKind.OPERATION,
                operation,
                "no operation of the cache '" + cache + "' is called so",
                remedy(operation, known)));
    }

    /** Who leaves out the class is shown the method alone. */
    private static String remedy(String operation, Set<String> known) {
        return NearestName.of(
                        operation,
                        known.stream().flatMap(CacheConfiguration::names).toList())
                .map(near -> "Did you mean '" + near + "'?")
                .orElseGet(() -> NearestName.remedy(operation, known));
    }

    private static Problem problem(String property, @Nullable String value, String reason, String remedy) {
        return new Problem(property, value, null, reason, remedy);
    }
}
