package dev.resilience.spring.guard;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The name under which Spring Security knows the caller: from the context of the subscription, else from the thread.
 * Loaded only where Spring Security is there. The anonymous have no name.
 */
final class SecurityNames {

    private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();
    private final boolean reactive;

    /** @param reactive whether Reactor is there as well */
    SecurityNames(boolean reactive) {
        this.reactive = reactive;
    }

    @Nullable String current(@Nullable Object context) {
        SecurityContext subscribed = reactive && context != null ? Subscribed.security(context) : null;
        Authentication caller = subscribed == null
                ? SecurityContextHolder.getContext().getAuthentication()
                : subscribed.getAuthentication();
        return trust.isAuthenticated(caller) ? caller.getName() : null;
    }

    /** Apart, so that an application without Reactor never loads it. */
    private static final class Subscribed {

        /** Where {@code ReactiveSecurityContextHolder} keeps it: a Mono under its class. */
        static @Nullable SecurityContext security(Object context) {
            if (!(context instanceof ContextView view)) {
                return null;
            }
            Mono<SecurityContext> kept = view.getOrDefault(SecurityContext.class, Mono.empty());
            return kept == null ? null : ReadyMono.valueOf(kept, view, "The principal");
        }
    }
}
