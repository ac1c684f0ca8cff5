package dev.resilience.spring.actuate;

import dev.resilience.configuration.NearestName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Refuses to delete by a selector that is mistyped or said twice. The actuator drops query parameters that an operation doesn't
 * know, and what was meant to drop a few results would drop all of them.
 */
public final class UnknownSelectors implements OperationInvokerAdvisor {

    private static final EndpointId ENDPOINT = EndpointId.of("resilience");
    private static final List<String> SELECTORS = List.of("key", "prefix", "operation");

    /** What frameworks add to requests, such as {@code _csrf}. */
    private static final String FOREIGN = "_";

    @Override
    public OperationInvoker apply(
            EndpointId endpoint, OperationType type, OperationParameters parameters, OperationInvoker invoker) {
        if (!endpoint.equals(ENDPOINT) || type != OperationType.DELETE) {
            return invoker;
        }
        Set<String> known = parameters.stream().map(OperationParameter::getName).collect(Collectors.toSet());
        return context -> answer(context, known, invoker);
    }

    private static Object answer(InvocationContext context, Set<String> known, OperationInvoker invoker) {
        for (String name : new TreeSet<>(context.getArguments().keySet())) {
            if (!known.contains(name) && !name.startsWith(FOREIGN)) {
                return refused("'" + name + "' is no selector, and nothing was dropped", name);
            }
            if (SELECTORS.contains(name) && context.getArguments().get(name) instanceof Collection<?>) {
                return refused("'" + name + "' is said more than once, and nothing was dropped", "");
            }
        }
        return invoker.invoke(context);
    }

    private static WebEndpointResponse<Object> refused(String error, String name) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        NearestName.of(name, SELECTORS).ifPresent(near -> body.put("didYouMean", near));
        body.put("known", SELECTORS);
        return new WebEndpointResponse<>(body, WebEndpointResponse.STATUS_BAD_REQUEST);
    }
}
