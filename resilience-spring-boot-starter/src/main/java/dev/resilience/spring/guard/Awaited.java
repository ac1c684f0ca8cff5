package dev.resilience.spring.guard;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Answers that are there only later. Loaded only where Reactor is. */
final class Awaited {

    private Awaited() {}

    /** The answer as a Mono, empty for null. What a publisher of many values would mean nobody knows. */
    static Mono<?> mono(@Nullable Object answer) {
        if (answer == null || answer instanceof Mono<?>) {
            return answer == null ? Mono.empty() : (Mono<?>) answer;
        }
        if (answer instanceof CompletionStage<?> stage) {
            return Mono.fromCompletionStage(stage);
        }
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, answer);
        if (adapter == null) {
            return Mono.just(answer);
        }
        Publisher<?> publisher = adapter.toPublisher(answer);
        return adapter.isMultiValue()
                ? Mono.error(new IllegalStateException(
                        "a " + answer.getClass().getSimpleName() + " of many values is no key"))
                : Mono.from(publisher);
    }

    /** The value, if it is there at once. @throws IllegalStateException if it isn't */
    static @Nullable Object atOnce(Object answer, ContextView context, String what) {
        CompletableFuture<?> future = mono(answer).contextWrite(context).toFuture();
        if (!future.isDone()) {
            future.cancel(true);
            throw new IllegalStateException(what + " is not known yet when the call begins; "
                    + "resolve it earlier and pass it on as an argument");
        }
        return future.join();
    }
}
