package dev.resilience.spring.guard;

import dev.resilience.spring.caller.CallerAddresses;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Where a call finds the web request it belongs to. The context is the Reactor context of a subscription, or in a filter
 * the request itself. Everything is null outside of a request. Its two kinds are loaded
 * only in applications of their kind.
 */
interface Requests {

    /** The name of the authenticated caller, or a Mono of it. */
    @Nullable Object principal(@Nullable Object context);

    /** The caller's address, as {@link CallerAddresses} finds it. */
    @Nullable String address(@Nullable Object context);

    /** The first header of this name. */
    @Nullable String header(String name, @Nullable Object context);

    /** Why calls of this method would never find their request; null if they do. */
    @Nullable String obstacle(Site site);

    /** Whether requests are read from the context of a subscription, rather than handed over or found on the thread. */
    boolean readsContext();

    /** The method that every request comes through: what expressions of rules for requests are placed on. */
    Method entrance();

    /** The requests of this application; null if it serves none. */
    static @Nullable Requests in(ApplicationContext context, CallerAddresses addresses) {
        if (is(context, "org.springframework.web.context.WebApplicationContext", "jakarta.servlet.Servlet")) {
            return new ServletRequests(addresses);
        }
        if (is(
                context,
                "org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext",
                "org.springframework.web.server.ServerWebExchange")) {
            return new ReactiveRequests(context, addresses);
        }
        return null;
    }

    private static boolean is(ApplicationContext context, String type, String needed) {
        ClassLoader loader = context.getClassLoader();
        return ClassUtils.isPresent(needed, loader)
                && ClassUtils.isPresent(type, loader)
                && ClassUtils.resolveClassName(type, loader).isInstance(context);
    }
}
