package dev.resilience.spring.actuate;

import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.NearestName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    public WebEndpointResponse<Object> part(@Selector(match = Selector.Match.ALL_REMAINING) String... path) {
        Object part = endpoint.part(path);
        return part != null ? new WebEndpointResponse<>(part) : new WebEndpointResponse<>(missing(path), 404);
    }

    private Map<String, Object> missing(String... path) {
        List<String> kinds = registry.kinds().stream().map(PolicyKind::id).toList();
        if (!kinds.contains(path[0])) {
            return missing("there is no kind '" + path[0] + "'", path[0], kinds);
        }
        String name = String.join("/", List.of(path).subList(1, path.length));
        List<String> names = List.copyOf(registry.all(path[0]).keySet());
        return missing("there is no " + registry.kind(path[0]).singular() + " '" + name + "'", name, names);
    }

    private static Map<String, Object> missing(String error, String asked, List<String> known) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        NearestName.of(asked, known).ifPresent(near -> body.put("didYouMean", near));
        body.put("known", known);
        return body;
    }
}
