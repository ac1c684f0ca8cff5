package dev.resilience.spring.guard;

import dev.resilience.spring.caller.CallerAddresses;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.util.context.ContextView;

/** The exchange that a {@link ServerWebExchangeContextFilter} put into the context of the subscription. */
final class ReactiveRequests implements Requests {

    private final ApplicationContext application;
    private final CallerAddresses addresses;

    ReactiveRequests(ApplicationContext application, CallerAddresses addresses) {
        this.application = application;
        this.addresses = addresses;
    }

    @Override
    public @Nullable Object principal(@Nullable Object context) {
        ServerWebExchange exchange = exchange(context);
        return exchange == null ? null : exchange.getPrincipal().map(Principal::getName);
    }

    @Override
    public @Nullable String address(@Nullable Object context) {
        ServerWebExchange exchange = exchange(context);
        if (exchange == null) {
            return null;
        }
        ServerHttpRequest request = exchange.getRequest();
        return addresses.of(
                request.getRemoteAddress(), name -> request.getHeaders().getOrEmpty(name));
    }

    @Override
    public @Nullable String header(String name, @Nullable Object context) {
        ServerWebExchange exchange = exchange(context);
        return exchange == null ? null : exchange.getRequest().getHeaders().getFirst(name);
    }

    @Override
    public @Nullable String obstacle(Site site) {
        if (site.method().equals(entrance())) {
            return null;
        }
        if (!site.hasContext()) {
            return "is read from the Reactor context of the request, which only a method returning a publisher sees";
        }
        if (application.getBeanNamesForType(ServerWebExchangeContextFilter.class, true, false).length == 0) {
            return "is read from the Reactor context of the request, where no ServerWebExchangeContextFilter bean puts it";
        }
        return null;
    }

    @Override
    public boolean readsContext() {
        return true;
    }

    @Override
    public Method entrance() {
        return Objects.requireNonNull(
                ReflectionUtils.findMethod(WebFilter.class, "filter", ServerWebExchange.class, WebFilterChain.class));
    }

    private static @Nullable ServerWebExchange exchange(@Nullable Object context) {
        return context instanceof ContextView view
                ? ServerWebExchangeContextFilter.getExchange(view).orElse(null)
                : null;
    }
}
