package dev.resilience.spring.actuate;

import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** Says over HTTP what a wrong name was probably meant to be, where the bare endpoint would answer an empty 404. */
@EndpointWebExtension(endpoint = ResilienceEndpoint.class)
public class ResilienceWebEndpointExtension {

    private final ResilienceEndpoint endpoint;
    private final PolicyRegistry registry;

    /** An extension of this endpoint. */
    public ResilienceWebEndpointExtension(ResilienceEndpoint endpoint, PolicyRegistry registry) {
        this.endpoint = endpoint;
        this.registry = registry;
    }

    @ReadOperation
    public WebEndpointResponse<Object> part(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String key,
            @Nullable String tier) {
        Object part = endpoint.part(path, key, tier);
        return part != null ? new WebEndpointResponse<>(part) : new WebEndpointResponse<>(missing(path), 404);
    }

    /** What a reader without key and tier gets. */
    WebEndpointResponse<Object> part(String... path) {
        return part(path, null, null);
    }

    /** 404 for what there is not, 409 for a key that shares its state with others, 200 otherwise. */
    @DeleteOperation
    public WebEndpointResponse<Object> reset(
            SecurityContext security,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String key) {
        KeyReset reset = endpoint.reset(security, path, key);
        if (reset == null) {
            return new WebEndpointResponse<>(missing(path), 404);
        }
        return new WebEndpointResponse<>(body(reset), reset.was() == KeyStanding.SHARED ? 409 : 200);
    }

    private static Map<String, Object> body(KeyReset reset) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("key", reset.key());
        body.put("reset", reset.done());
        switch (reset.was()) {
            case OWN -> {}
            case NONE -> body.put("why", "nothing is kept for this key");
            case SHARED -> body.put("why", "the key shares its state with others, for which it can't be reset");
        }
        return body;
    }

    private Map<String, Object> missing(String... path) {
        if (path[0].equals(ResilienceEndpoint.PIPELINES)) {
            return missingPipeline(List.of(path).subList(1, path.length));
        }
        List<String> kinds = registry.kinds().stream().map(PolicyKind::id).toList();
        if (!kinds.contains(path[0])) {
            List<String> known = new ArrayList<>(kinds);
            known.add(ResilienceEndpoint.PIPELINES);
            return missing("there is no kind '" + path[0] + "'", NearestName.of(path[0], known), known);
        }
        PolicyKind<?, ?> kind = registry.kind(path[0]);
        List<String> names = List.copyOf(registry.all(path[0]).keySet());
        List<String> below = List.of(path).subList(1, path.length);
        PolicyInstance<?, ?> instance = Asked.in(registry, path[0], below).instance();
        return instance == null
                ? missing("there is no " + kind.singular() + told(below), Asked.nearest(below, names), names)
                : missing(noKey(instance), Optional.empty(), names);
    }

    /** A pipeline is made when code asks for it, so one that is configured may not be there yet. */
    private Map<String, Object> missingPipeline(List<String> below) {
        List<String> known = List.copyOf(endpoint.pipelines().keySet());
        String error = "there is no pipeline" + told(below) + ", or no code has asked for it yet";
        return missing(error, Asked.nearest(below, known), known);
    }

    private static String noKey(PolicyInstance<?, ?> instance) {
        return instance.inWords() + " keeps nothing by key, or no key was named";
    }

    /** What may be a key is not repeated: it may be a secret. */
    private static String told(List<String> path) {
        return path.isEmpty() ? "" : " '" + path.get(0) + (path.size() == 1 ? "'" : "/…'");
    }

    private static Map<String, Object> missing(String error, Optional<String> near, List<String> known) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        near.ifPresent(name -> body.put("didYouMean", name));
        body.put("known", known);
        return body;
    }
}
