package dev.resilience.spring.guard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The caller as Spring Security knows it: from the context of the subscription, else from the thread. Loaded only where
 * Spring Security is there. The anonymous have no name and no roles.
 */
final class SecurityCaller {

    private static final String PREFIX = "ROLE_";
    private static final String NOBODY = "anonymous";
    private static final AuthenticationTrustResolver TRUST = new AuthenticationTrustResolverImpl();

    private final boolean reactive;

    /** @param reactive whether Reactor is there as well */
    SecurityCaller(boolean reactive) {
        this.reactive = reactive;
    }

    /** The caller's name, or a Mono of it; whom Spring Security knows nothing of is asked for otherwise. */
    @Nullable Object name(@Nullable Object context, Supplier<@Nullable Object> otherwise) {
        return ask(context, caller -> TRUST.isAuthenticated(caller) ? caller.getName() : null, otherwise);
    }

    /** The caller's roles without prefix, a collection of them, or a Mono of either; nobody is {@code anonymous}. */
    @Nullable Object roles(@Nullable Object context) {
        return ask(context, SecurityCaller::roles, () -> NOBODY);
    }

    /** The same; several roles are the same ones in whatever order they come. */
    @Nullable Object setOfRoles(@Nullable Object context) {
        return ask(
                context,
                caller -> roles(caller) instanceof List<?> several ? Set.copyOf(several) : NOBODY,
                () -> NOBODY);
    }

    private static Object roles(Authentication caller) {
        if (!TRUST.isAuthenticated(caller)) {
            return NOBODY;
        }
        Collection<? extends GrantedAuthority> authorities = caller.getAuthorities();
        List<String> roles = new ArrayList<>(authorities.size());
        for (GrantedAuthority authority : authorities) {
            String name = authority.getAuthority();
            if (name != null) {
                roles.add(name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name);
            }
        }
        return roles;
    }

    private @Nullable Object ask(
            @Nullable Object context,
            Function<Authentication, @Nullable Object> question,
            Supplier<@Nullable Object> otherwise) {
        if (reactive && context != null && Subscribed.knows(context)) {
            return Subscribed.ask(context, question, otherwise);
        }
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        return caller == null ? otherwise.get() : question.apply(caller);
    }

    /** Apart, so that an application without Reactor never loads it. */
    private static final class Subscribed {

        /** Where {@code ReactiveSecurityContextHolder} keeps it: a Mono under its class. */
        static boolean knows(Object context) {
            return context instanceof ContextView view && view.hasKey(SecurityContext.class);
        }

        static @Nullable Object ask(
                Object context,
                Function<Authentication, @Nullable Object> question,
                Supplier<@Nullable Object> otherwise) {
            Mono<SecurityContext> kept = ((ContextView) context).getOrDefault(SecurityContext.class, Mono.empty());
            return kept.mapNotNull(SecurityContext::getAuthentication)
                    .map(caller -> Optional.ofNullable(question.apply(caller)))
                    .switchIfEmpty(
                            Mono.defer(() -> Awaited.mono(otherwise.get()).map(Optional::of)))
                    .flatMap(Mono::justOrEmpty);
        }
    }
}
