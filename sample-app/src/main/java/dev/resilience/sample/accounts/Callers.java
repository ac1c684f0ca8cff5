package dev.resilience.sample.accounts;

import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.caller.CallerAddresses;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Whose limit a request counts against: that of the user or agent who is logged in, else that of the address it comes
 * from. With {@code key: principal} all who aren't logged in would share one limit, and one of them could use it up.
 */
@Component("caller")
public class Callers implements ResilienceKeyResolver {

    private final CallerAddresses addresses;

    Callers(CallerAddresses addresses) {
        this.addresses = addresses;
    }

    @Override
    public @Nullable Object resolve(Method method, Object[] arguments) {
        HttpServletRequest request = (HttpServletRequest) arguments[0];
        Principal user = request.getUserPrincipal();
        return user == null
                ? addresses.of(request.getRemoteAddr(), header -> Collections.list(request.getHeaders(header)))
                : user.getName();
    }
}
