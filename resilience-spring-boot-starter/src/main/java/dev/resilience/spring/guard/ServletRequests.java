package dev.resilience.spring.guard;

import dev.resilience.spring.caller.CallerAddresses;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.Collections;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** The servlet request that is at hand, or that of the current thread. */
final class ServletRequests implements Requests {

    private final CallerAddresses addresses;

    ServletRequests(CallerAddresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public @Nullable Object principal(@Nullable Object context) {
        HttpServletRequest request = current(context);
        Principal principal = request == null ? null : request.getUserPrincipal();
        return principal == null ? null : principal.getName();
    }

    @Override
    public @Nullable String address(@Nullable Object context) {
        HttpServletRequest current = current(context);
        if (current == null) {
            return null;
        }
        HttpServletRequest request = received(current);
        return addresses.of(request.getRemoteAddr(), name -> Collections.list(request.getHeaders(name)));
    }

    /** The request as the server received it: a filter that believes in forwarded headers shows another address. */
    private static HttpServletRequest received(HttpServletRequest request) {
        ServletRequest received = request;
        while (received instanceof ServletRequestWrapper wrapper) {
            received = wrapper.getRequest();
        }
        return received instanceof HttpServletRequest known ? known : request;
    }

    @Override
    public @Nullable String header(String name, @Nullable Object context) {
        HttpServletRequest request = current(context);
        return request == null ? null : request.getHeader(name);
    }

    @Override
    public @Nullable String obstacle(Site site) {
        return null;
    }

    @Override
    public boolean readsContext() {
        return false;
    }

    @Override
    public Method entrance() {
        return Objects.requireNonNull(ReflectionUtils.findMethod(
                Filter.class, "doFilter", ServletRequest.class, ServletResponse.class, FilterChain.class));
    }

    private static @Nullable HttpServletRequest current(@Nullable Object context) {
        if (context instanceof HttpServletRequest given) {
            return given;
        }
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? attributes.getRequest()
                : null;
    }
}
