package dev.resilience.spring.guard;

import dev.resilience.Pipeline.Placed;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A rule for requests, ready to be matched.
 *
 * @param name what it is called
 * @param path a path pattern that has been parsed once
 * @param methods the methods it is about; empty for all
 * @param beforeLogin whether it looks at requests before anybody knows the caller
 * @param placed its rate limiter, with expressions whose only argument is the request or exchange
 * @param written what belongs to the limiter in this rule, as it is written
 */
public record RequestRule(
        String name,
        String path,
        Set<String> methods,
        boolean beforeLogin,
        Placed placed,
        Map<String, String> written) {

    public RequestRule {
        methods = Set.copyOf(methods);
        written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
    }
}
