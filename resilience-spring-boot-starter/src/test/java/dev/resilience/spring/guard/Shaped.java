package dev.resilience.spring.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A service in the four shapes a result can have. Its bodies are handed in, so that a test can look around from inside a call. */
interface Shaped {

    String plain(String key, Supplier<String> body);

    CompletionStage<String> stage(String key, Supplier<String> body);

    Mono<String> mono(String key, Supplier<String> body);

    Flux<String> flux(String key, Supplier<String> body);

    /** What does as it is told; guarded by what stands on the class that extends it. */
    abstract class Obedient implements Shaped {

        @Override
        public String plain(String key, Supplier<String> body) {
            return body.get();
        }

        @Override
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            try {
                return CompletableFuture.completedFuture(body.get());
            } catch (RuntimeException | Error thrown) {
                return CompletableFuture.failedFuture(thrown);
            }
        }

        @Override
        public Mono<String> mono(String key, Supplier<String> body) {
            return Mono.fromSupplier(body);
        }

        @Override
        public Flux<String> flux(String key, Supplier<String> body) {
            return Flux.defer(() -> Flux.just(body.get()));
        }
    }

    /** What gives one value. */
    abstract class Single extends Obedient {

        @Override
        public Flux<String> flux(String key, Supplier<String> body) {
            throw new UnsupportedOperationException();
        }
    }

    /** The shapes; each calls, and gives what its caller is given or throws what he has to catch. */
    enum Shape {
        PLAIN {
            @Override
            @Nullable String call(Shaped service, String key, Supplier<String> body) {
                return service.plain(key, body);
            }
        },
        STAGE {
            @Override
            @Nullable String call(Shaped service, String key, Supplier<String> body) {
                return joined(service.stage(key, body));
            }
        },
        MONO {
            @Override
            @Nullable String call(Shaped service, String key, Supplier<String> body) {
                return joined(service.mono(key, body).toFuture());
            }
        },
        FLUX {
            @Override
            @Nullable String call(Shaped service, String key, Supplier<String> body) {
                return joined(service.flux(key, body).singleOrEmpty().toFuture());
            }
        };

        abstract @Nullable String call(Shaped service, String key, Supplier<String> body);

        /** Calls what gives its key. */
        @Nullable String call(Shaped service, String key) {
            return call(service, key, () -> key);
        }

        private static @Nullable String joined(CompletionStage<String> stage) {
            try {
                return stage.toCompletableFuture().join();
            } catch (CompletionException wrapped) {
                if (wrapped.getCause() instanceof Error error) {
                    throw error;
                }
                throw wrapped.getCause() instanceof RuntimeException failure ? failure : wrapped;
            }
        }
    }
}
