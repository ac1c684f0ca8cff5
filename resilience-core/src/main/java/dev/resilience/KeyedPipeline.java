package dev.resilience;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A pipeline whose calls are about one key: what a cache keeps a result under, and what is counted under by other policies that
 * say {@code key: given}. Made for one call, or kept for many. Thread-safe.
 *
 * @see Pipeline#forKey
 */
public final class KeyedPipeline {

    private final Pipeline pipeline;
    private final Object[] arguments;

    KeyedPipeline(Pipeline pipeline, Object key) {
        this.pipeline = pipeline;
        this.arguments = new Object[] {key};
    }

    /** @see Pipeline#call */
    public <T extends @Nullable Object> T call(Callable<T> operation) throws Exception {
        return pipeline.call(arguments, operation);
    }

    /** @see Pipeline#run */
    public void run(Runnable operation) {
        pipeline.run(arguments, operation);
    }

    /** @see Pipeline#callAsync */
    public <T> CompletableFuture<T> callAsync(Supplier<? extends CompletionStage<T>> operation) {
        return pipeline.callAsync(arguments, operation);
    }

    /** @see Pipeline#mono */
    public <T> Mono<T> mono(Supplier<? extends Mono<T>> operation) {
        return pipeline.mono(arguments, operation);
    }

    /** @see Pipeline#flux */
    public <T> Flux<T> flux(Supplier<? extends Flux<T>> operation) {
        return pipeline.flux(arguments, operation);
    }
}
