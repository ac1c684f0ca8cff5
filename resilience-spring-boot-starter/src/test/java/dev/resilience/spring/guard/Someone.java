package dev.resilience.spring.guard;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import reactor.core.publisher.Mono;

/** Somebody who calls methods that give one value, logged in or not. */
record Someone(@Nullable Authentication login) {

    /** Somebody who never came as far as the log-in. */
    static final Someone UNKNOWN = new Someone(null);

    /** Somebody for whom Spring Security has a word, but no name. */
    static final Someone ANONYMOUS = new Someone(new AnonymousAuthenticationToken(
            "key", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));

    static Someone called(String name, String... roles) {
        return new Someone(new TestingAuthenticationToken(name, "password", roles));
    }

    /** The shapes with one value. */
    enum Shape {
        PLAIN {
            @Override
            @Nullable String call(Someone caller, Shaped service, String key, Supplier<String> body) {
                return caller.does(() -> service.plain(key, body));
            }
        },
        STAGE {
            @Override
            @Nullable String call(Someone caller, Shaped service, String key, Supplier<String> body) {
                return joined(caller.does(() -> service.stage(key, body)));
            }
        },
        MONO {
            @Override
            @Nullable String call(Someone caller, Shaped service, String key, Supplier<String> body) {
                return joined(caller.seenBy(service.mono(key, body)).toFuture());
            }
        };

        static final List<Shape> ALL = List.of(values());

        abstract @Nullable String call(Someone caller, Shaped service, String key, Supplier<String> body);

        private static @Nullable String joined(CompletionStage<String> stage) {
            try {
                return stage.toCompletableFuture().join();
            } catch (CompletionException wrapped) {
                throw wrapped.getCause() instanceof RuntimeException failure ? failure : wrapped;
            }
        }
    }

    /** What a thread gives on which this one is at work. */
    <T> T does(Callable<T> work) {
        SecurityContextHolder.setContext(new SecurityContextImpl(login));
        try {
            return work.call();
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (Exception undeclared) {
            throw new AssertionError(undeclared);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    /** The same Mono, subscribed to by this one. */
    <T> Mono<T> seenBy(Mono<T> mono) {
        return login == null ? mono : mono.contextWrite(ReactiveSecurityContextHolder.withAuthentication(login));
    }
}
