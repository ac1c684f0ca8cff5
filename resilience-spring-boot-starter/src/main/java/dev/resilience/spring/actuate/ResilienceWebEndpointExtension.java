package dev.resilience.spring.actuate;

import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.PolicyRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
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
    private final Missing missing;

    /** An extension of this endpoint. */
    public ResilienceWebEndpointExtension(ResilienceEndpoint endpoint, PolicyRegistry registry) {
        this.endpoint = endpoint;
        this.missing = new Missing(endpoint, registry);
    }

    @ReadOperation
    public WebEndpointResponse<Object> part(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String key,
            @Nullable String tier) {
        Object part = endpoint.part(path, key, tier);
        return part != null ? new WebEndpointResponse<>(part) : new WebEndpointResponse<>(missing.toRead(path), 404);
    }

    /** What a reader without key and tier gets. */
    WebEndpointResponse<Object> part(String... path) {
        return part(path, null, null);
    }

    /**
     * 400 for selectors that contradict each other, 404 for what there is not, 409 for a key that shares its state with others, 500
     * for one of Spring's caches that throws, 200 otherwise.
     */
    @DeleteOperation
    public WebEndpointResponse<Object> delete(
            SecurityContext security,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String key,
            @Nullable String prefix,
            @Nullable String operation) {
        try {
            Object done = endpoint.delete(security, path, key, prefix, operation);
            return done == null
                    ? new WebEndpointResponse<>(missing.toDelete(path), 404)
                    : answer(done, path, operation);
        } catch (InvalidEndpointRequestException refused) {
            return new WebEndpointResponse<>(Map.of("error", refused.getReason()), 400);
        } catch (SpringDeletions.Failed failed) {
            return new WebEndpointResponse<>(Map.of("error", failed.getMessage()), 500);
        }
    }

    private WebEndpointResponse<Object> answer(Object done, String[] path, @Nullable String operation) {
        if (done instanceof KeyReset reset) {
            return new WebEndpointResponse<>(body(reset), reset.was() == KeyStanding.SHARED ? 409 : 200);
        }
        if (operation != null && done instanceof Cleared cleared && cleared.isNothing()) {
            List<String> known = endpoint.operations(path[0], cleared.of().keySet());
            if (known.stream().noneMatch(name -> name.equals(operation) || name.endsWith("." + operation))) {
                return new WebEndpointResponse<>(missing.operation(operation, known), 404);
            }
        }
        return new WebEndpointResponse<>(done);
    }

    private static Map<String, Object> body(KeyReset reset) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("key", reset.key());
        body.put("reset", reset.done());
        if (reset.dropped() != null) {
            body.put("dropped", reset.dropped());
        }
        switch (reset.was()) {
            case OWN -> {}
            case NONE -> body.put("why", "nothing is kept for this key");
            case SHARED -> body.put("why", "the key shares its state with others, for which it can't be reset");
        }
        return body;
    }
}
