package dev.resilience.spring.guard;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Finds out whether somebody else reads forwarded addresses before we do.
 *
 * <p>{@code server.forward-headers-strategy} lets Spring's filter or the server put the caller's address in place of that of
 * the connection. Tomcat walks the list from right to left, past proxies in private networks. Everybody else takes the
 * address on the left, which is what the caller wrote if the proxy only appends. In servlet applications we look behind
 * Spring's filter; elsewhere nobody can tell any more what the connection was.
 */
final class RewrittenAddress {

    private static final String STRATEGY = "server.forward-headers-strategy";

    private RewrittenAddress() {}

    /** @param behindFilters whether the request is looked at behind Spring's filter */
    static Optional<Finding> finding(Environment environment, @Nullable ClassLoader loader, boolean behindFilters) {
        String strategy = strategy(environment);
        boolean byFilter = strategy.equals("framework") && !behindFilters;
        boolean byServer = strategy.equals("native") && !(behindFilters && isTomcat(loader));
        return byFilter || byServer ? Optional.of(forgeable(strategy)) : Optional.empty();
    }

    private static String strategy(Environment environment) {
        String said = environment.getProperty(STRATEGY);
        CloudPlatform platform = said == null ? CloudPlatform.getActive(environment) : null;
        boolean assumed = platform != null && platform.isUsingForwardHeaders();
        return said == null ? assumed ? "native" : "none" : said.strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isTomcat(@Nullable ClassLoader loader) {
        return ClassUtils.isPresent("org.apache.catalina.startup.Tomcat", loader);
    }

    private static Finding forgeable(String strategy) {
        return Finding.warning(
                "forgeable-address",
                STRATEGY,
                "Callers are counted by their address, and the strategy '" + strategy
                        + "' takes it from what may be the caller's own word.",
                "Say 'none' and name your proxies in resilience.http.trusted-proxies, or let the proxy replace what"
                        + " callers send in X-Forwarded-For and Forwarded.");
    }
}
