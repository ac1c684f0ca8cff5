package dev.resilience.spring.guard;

import dev.resilience.ContextCarrier;
import dev.resilience.ContextCarrier.Captured;
import dev.resilience.ContextCarrier.Restored;
import dev.resilience.Placement;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.execution.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The expressions of a pipeline that may have to be waited for, asked at subscription, before the first policy is.
 *
 * <p>The simple answer, to let policies wait for a key, would make every one of them ask for it in steps, and a refund
 * would have to wait too. Here the call doesn't begin before everything about it is known: what fails meanwhile fails
 * the call, and who leaves meanwhile leaves before anything was charged. A policy that is switched off asks nobody.
 *
 * <p>Loaded only where Reactor is. Thread-safe.
 */
public final class DeferredKeys {

    private static final Object NOTHING = new Object();

    private final List<Asked> asked;
    private final ContextCarrier carrier;

    private DeferredKeys(List<Asked> asked, ContextCarrier carrier) {
        this.asked = asked;
        this.carrier = carrier;
    }

    private record Asked(DeferredExpression expression, PolicyInstance<?, ?> by) {}

    /** Those of these policies; null if there are none. */
    public static @Nullable DeferredKeys of(List<Stage> stages, ContextCarrier carrier) {
        List<Asked> asked = stages.stream()
                .flatMap(stage ->
                        expressions(stage.placement()).map(expression -> new Asked(expression, stage.instance())))
                .distinct()
                .toList();
        return asked.isEmpty() ? null : new DeferredKeys(asked, carrier);
    }

    /** What {@link DeferredExpression} finds in the context. */
    static @Nullable Object value(Object kept) {
        return kept == NOTHING ? null : kept;
    }

    /** The call, beginning when everything about it is known. */
    public Publisher<?> before(Publisher<?> call, Object[] arguments) {
        return call instanceof Mono<?> mono
                ? Mono.deferContextual(view -> before(mono, arguments, view))
                : Flux.deferContextual(view -> before((Flux<?>) call, arguments, view));
    }

    private Mono<?> before(Mono<?> call, Object[] arguments, ContextView view) {
        Answers answers = answers(arguments, view);
        if (answers.awaited.isEmpty()) {
            return call.contextWrite(answers.known);
        }
        Captured context = carrier.capture();
        return answers.all().flatMap(known -> new Mono<Object>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                try (Restored restored = context.restore()) {
                    call.contextWrite(known).cast(Object.class).subscribe(subscriber);
                }
            }
        });
    }

    private Flux<?> before(Flux<?> call, Object[] arguments, ContextView view) {
        Answers answers = answers(arguments, view);
        if (answers.awaited.isEmpty()) {
            return call.contextWrite(answers.known);
        }
        Captured context = carrier.capture();
        return answers.all().flatMapMany(known -> new Flux<Object>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                try (Restored restored = context.restore()) {
                    call.contextWrite(known).cast(Object.class).subscribe(subscriber);
                }
            }
        });
    }

    private Answers answers(Object[] arguments, ContextView view) {
        Answers answers = new Answers();
        for (Asked one : asked) {
            if (one.by.mode() != Mode.OFF && answers.lacks(one.expression)) {
                answers.add(one.expression, one.expression.ask(arguments, view));
            }
        }
        return answers;
    }

    private static Stream<DeferredExpression> expressions(Placement placement) {
        return placement
                .expressions()
                .filter(DeferredExpression.class::isInstance)
                .map(DeferredExpression.class::cast);
    }

    /** What is known of one call, and what is still to come. */
    private static final class Answers {
        private final List<Mono<Context>> awaited = new ArrayList<>();
        private final Set<DeferredExpression> asked = new HashSet<>();
        private Context known = Context.empty();

        /** Two policies of a method may have one expression together. */
        private boolean lacks(DeferredExpression expression) {
            return asked.add(expression);
        }

        private void add(DeferredExpression expression, @Nullable Object answer) {
            if (DeferredExpression.isPromise(answer)) {
                awaited.add(Awaited.mono(answer)
                        .map(value -> (Object) expression.comparable(value))
                        .defaultIfEmpty(NOTHING)
                        .map(value -> Context.of(expression, value))
                        .checkpoint(expression.toString()));
            } else {
                known = known.put(expression, answer == null ? NOTHING : answer);
            }
        }

        private Mono<Context> all() {
            return Flux.merge(awaited).reduce(known, (before, next) -> before.putAll(next.readOnly()));
        }
    }
}
