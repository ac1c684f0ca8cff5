package dev.resilience.spring.guard;

import dev.resilience.spring.caller.CallerAddresses;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** The servlet request of the current thread. */
final class ServletRequests implements Requests {

    private final CallerAddresses addresses;

    ServletRequests(CallerAddresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public @Nullable Object principal(@Nullable Object context) {
        HttpServletRequest request = current();
        Principal principal = request == null ? null : request.getUserPrincipal();
        return principal == null ? null : principal.getName();
    }

    @Override
    public @Nullable String address(@Nullable Object context) {
        HttpServletRequest request = current();
        return request == null
                ? null
                : addresses.of(request.getRemoteAddr(), name -> Collections.list(request.getHeaders(name)));
    }

    @Override
    public @Nullable String header(String name, @Nullable Object context) {
        HttpServletRequest request = current();
        return request == null ? null : request.getHeader(name);
    }

    @Override
    public @Nullable String obstacle(Site site) {
        return null;
    }

    private static @Nullable HttpServletRequest current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? attributes.getRequest()
                : null;
    }
}
