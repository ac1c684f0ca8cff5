package dev.resilience.spring.actuate;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.cache.CacheConfiguration;
import dev.resilience.configuration.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.cache.Cache;

/** What to say of paths that lead nowhere, or to nothing that can be deleted: what was probably meant, and what there is. */
final class Missing {

    private final ResilienceEndpoint endpoint;
    private final PolicyRegistry registry;

    Missing(ResilienceEndpoint endpoint, PolicyRegistry registry) {
        this.endpoint = endpoint;
        this.registry = registry;
    }

    /** Nothing is there to be read. */
    Map<String, Object> toRead(String... path) {
        return at(path, false);
    }

    /** Nothing is there to be deleted. */
    Map<String, Object> toDelete(String... path) {
        return at(path, true);
    }

    /** No result of this operation was kept, and no method of the policy or kind is called like that. */
    Map<String, Object> operation(String operation, List<String> known) {
        String error = "nothing is kept of '" + operation + "', and no method there is called that";
        List<String> names = known.stream().flatMap(CacheConfiguration::names).toList();
        return body(error, NearestName.of(operation, names), known);
    }

    private Map<String, Object> at(String[] path, boolean deleting) {
        List<String> below = path.length == 0 ? List.of() : List.of(path).subList(1, path.length);
        String kind = path.length == 0 ? "" : path[0];
        if (kind.equals(ResilienceEndpoint.PIPELINES)) {
            return pipeline(below, deleting);
        }
        if (kind.equals(SpringCaches.ID)) {
            return springCache(below, deleting);
        }
        List<String> kinds =
                new ArrayList<>(registry.kinds().stream().map(PolicyKind::id).toList());
        if (kinds.contains(kind)) {
            return policy(registry.kind(kind), below, deleting);
        }
        kinds.add(ResilienceEndpoint.PIPELINES);
        kinds.add(SpringCaches.ID);
        return body("there is no kind '" + kind + "'", NearestName.of(kind, kinds), kinds);
    }

    private Map<String, Object> policy(PolicyKind<?, ?> kind, List<String> below, boolean deleting) {
        List<String> names = List.copyOf(registry.all(kind.id()).keySet());
        PolicyInstance<?, ?> instance = Asked.in(registry, kind.id(), below).instance();
        if (instance != null) {
            String whole = deleting && instance.results().isEmpty() ? " can't be dropped as a whole, and" : "";
            String error = instance.inWords() + whole + " keeps nothing by key, or no key was named";
            return body(error, Optional.empty(), names);
        }
        if (below.isEmpty()) {
            String error = "there is no " + kind.singular() + " that can be dropped as a whole";
            return body(error, Optional.empty(), names);
        }
        return body("there is no " + kind.singular() + told(below), Asked.nearest(below, names), names);
    }

    /** A pipeline is made when code asks for it, so one that is configured may not be there yet. */
    private Map<String, Object> pipeline(List<String> below, boolean deleting) {
        List<String> known = List.copyOf(endpoint.pipelines().keySet());
        if (deleting) {
            return body("pipelines keep nothing that could be dropped; their policies may", Optional.empty(), known);
        }
        String error = "there is no pipeline" + told(below) + ", or no code has asked for it yet";
        return body(error, Asked.nearest(below, known), known);
    }

    private Map<String, Object> springCache(List<String> below, boolean deleting) {
        SpringCaches.Found found = endpoint.springCaches().find(below);
        List<String> known = endpoint.springCaches().known(found);
        Cache cache = found.cache();
        if (cache != null) {
            String error =
                    "keys of Spring's caches are only dropped, never shown: looking for one may count as a hit, or load it";
            return body(error, Optional.empty(), known);
        }
        if (deleting && found.rest().isEmpty()) {
            String error = "Spring's caches are dropped one by one: name the manager and the cache";
            return body(error, Optional.empty(), known);
        }
        String error = found.manager() == null
                ? "there is no cache manager" + told(found.rest())
                : "the cache manager '" + found.name() + "' has no cache" + told(found.rest())
                        + ", or nobody has used it yet";
        return body(error, Asked.nearest(found.rest(), known), known);
    }

    /** What may be a key is not repeated: it may be a secret. */
    private static String told(List<String> path) {
        return path.isEmpty() ? "" : " '" + path.get(0) + (path.size() == 1 ? "'" : "/…'");
    }

    private static Map<String, Object> body(String error, Optional<String> near, List<String> known) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        near.ifPresent(name -> body.put("didYouMean", name));
        body.put("known", known);
        return body;
    }
}
