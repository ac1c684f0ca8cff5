package dev.resilience.spring.guard;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Reads a Mono that has its value at hand. An expression can't wait for one that hasn't. */
final class ReadyMono {

    private ReadyMono() {}

    /** @throws IllegalStateException if the value isn't there at once */
    static <T> @Nullable T valueOf(Mono<T> mono, ContextView context, String what) {
        CompletableFuture<T> future = mono.contextWrite(context).toFuture();
        if (!future.isDone()) {
            future.cancel(true);
            throw new IllegalStateException(what + " of this request is not known yet when the call begins; "
                    + "resolve it earlier and pass it on as an argument");
        }
        return future.join();
    }
}
