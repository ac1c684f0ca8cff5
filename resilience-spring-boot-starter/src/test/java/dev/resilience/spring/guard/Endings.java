package dev.resilience.spring.guard;

import dev.resilience.PolicyRegistry;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls in every shape a method can have, that end as they are told to, and what became of the breaker around them. */
final class Endings {

    private Endings() {}

    /** Guarded methods that give what they are handed, or throw it. */
    interface Ending {

        @Nullable Object plain(@Nullable Object ending) throws Throwable;

        CompletionStage<Object> stage(@Nullable Object ending);

        Mono<Object> mono(@Nullable Object ending);

        Flux<Object> flux(@Nullable Object ending);
    }

    /** Bodies for guarded methods. */
    static class Bodies implements Ending {

        @Override
        public @Nullable Object plain(@Nullable Object ending) throws Throwable {
            if (ending instanceof Throwable thrown) {
                throw thrown;
            }
            return ending;
        }

        @Override
        public CompletionStage<Object> stage(@Nullable Object ending) {
            return ending instanceof Throwable thrown
                    ? CompletableFuture.failedFuture(thrown)
                    : CompletableFuture.completedFuture(ending);
        }

        @Override
        public Mono<Object> mono(@Nullable Object ending) {
            return published(ending);
        }

        @Override
        public Flux<Object> flux(@Nullable Object ending) {
            return published(ending).flux();
        }

        private static Mono<Object> published(@Nullable Object ending) {
            return ending instanceof Throwable thrown ? Mono.error(thrown) : Mono.justOrEmpty(ending);
        }
    }

    /** The shapes of a method. */
    enum Shape {
        PLAIN {
            @Override
            @Nullable Object run(Ending service, @Nullable Object ending) throws Throwable {
                return service.plain(ending);
            }
        },
        STAGE {
            @Override
            @Nullable Object run(Ending service, @Nullable Object ending) throws Throwable {
                try {
                    return service.stage(ending).toCompletableFuture().join();
                } catch (CompletionException failed) {
                    throw failed.getCause();
                }
            }
        },
        MONO {
            @Override
            @Nullable Object run(Ending service, @Nullable Object ending) throws Throwable {
                return unwrapped(service.mono(ending));
            }
        },
        FLUX {
            @Override
            @Nullable Object run(Ending service, @Nullable Object ending) throws Throwable {
                List<Object> all = unwrapped(service.flux(ending).collectList());
                return all == null || all.isEmpty() ? null : all.get(0);
            }
        };

        abstract @Nullable Object run(Ending service, @Nullable Object ending) throws Throwable;

        /** What the caller was given, or what it had to catch. */
        @Nullable Object call(Ending service, @Nullable Object ending) {
            try {
                return run(service, ending);
            } catch (Throwable thrown) {
                return thrown;
            }
        }

        private static <T> @Nullable T unwrapped(Mono<T> mono) throws Throwable {
            try {
                return mono.block();
            } catch (RuntimeException thrown) {
                throw Exceptions.unwrap(thrown);
            }
        }
    }

    static CircuitBreakerPolicy breaker(ApplicationContext context, String name) {
        return (CircuitBreakerPolicy) context.getBean(PolicyRegistry.class)
                .find("circuit-breakers", name)
                .orElseThrow()
                .state();
    }

    /** What the breaker is in after this, and it is closed again. */
    static CircuitBreakerState stateAfter(ApplicationContext context, String name) {
        CircuitBreakerPolicy breaker = breaker(context, name);
        CircuitBreakerState state = breaker.state();
        breaker.close();
        return state;
    }

    static Map<String, Number> numbers(ApplicationContext context, String name) {
        return context.getBean(PolicyRegistry.class)
                .find("circuit-breakers", name)
                .orElseThrow()
                .snapshot()
                .numbers();
    }
}
