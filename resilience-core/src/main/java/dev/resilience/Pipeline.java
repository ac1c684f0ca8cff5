package dev.resilience;

import dev.resilience.execution.BlockingDriver;
import dev.resilience.execution.CallCounter;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.execution.ReactorDriver;
import dev.resilience.execution.Route;
import dev.resilience.execution.Stage;
import dev.resilience.execution.StageDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The policies around one operation, in order, ready to run around any lambda: plain, asynchronous or reactive. The
 * guard of annotated methods uses the same door. Thread-safe; made once, used for every call.
 *
 * <p>Refusals are {@link CallRejectedException}s, expiries {@link CallTimedOutException}s; what the operation throws comes
 * through as it is.
 */
public final class Pipeline {

    private static final Object[] NO_ARGUMENTS = {};

    private final Route route;
    private final boolean wantsKey;

    private Pipeline(Route route) {
        this.route = route;
        this.wantsKey = route.stages().stream().anyMatch(Pipeline::wantsKey);
    }

    /**
     * The same policies for calls about this key. A cache keeps results by it, because nobody can see what a lambda asks for;
     * other policies count by it where they say {@code key: given}.
     *
     * @param key what tells the calls from others: a text, a number, a record, a list of them. Not null
     */
    public KeyedPipeline forKey(Object key) {
        return new KeyedPipeline(this, Objects.requireNonNull(key, "a call about nothing in particular has no key"));
    }

    /**
     * Calls the operation on this thread.
     *
     * @throws IllegalStateException if a policy has to tell calls apart, such as a cache: then only
     *     {@linkplain #forKey calls about a key} are possible. So it is in every shape
     */
    public <T extends @Nullable Object> T call(Callable<T> operation) throws Exception {
        return call(unkeyed(), operation);
    }

    @SuppressWarnings("unchecked")
    <T extends @Nullable Object> T call(Object[] arguments, Callable<T> operation) throws Exception {
        try {
            return (T) BlockingDriver.call(route, arguments, operation::call);
        } catch (Exception | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException(
                    "an operation that declares exceptions threw neither one nor an Error", impossible);
        }
    }

    /** Runs the operation on this thread. */
    public void run(Runnable operation) {
        run(unkeyed(), operation);
    }

    void run(Object[] arguments, Runnable operation) {
        try {
            call(arguments, () -> {
                operation.run();
                return null;
            });
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (Exception undeclared) {
            throw new IllegalStateException("an operation without checked exceptions threw one", undeclared);
        }
    }

    /** Begins the operation; permits are held until its stage completes. Cancelling the future cancels the call. */
    public <T> CompletableFuture<T> callAsync(Supplier<? extends CompletionStage<T>> operation) {
        return callAsync(unkeyed(), operation);
    }

    @SuppressWarnings("unchecked")
    <T> CompletableFuture<T> callAsync(Object[] arguments, Supplier<? extends CompletionStage<T>> operation) {
        return (CompletableFuture<T>) StageDriver.call(route, arguments, operation::get);
    }

    /**
     * The operation as a publisher of at most one value; each subscription is a call. Needs Reactor.
     *
     * @throws IllegalArgumentException if a policy wants a thread of its own for it, which only callers who wait can leave
     */
    public <T> Mono<T> mono(Supplier<? extends Mono<T>> operation) {
        return mono(unkeyed(), operation);
    }

    @SuppressWarnings("unchecked")
    <T> Mono<T> mono(Object[] arguments, Supplier<? extends Mono<T>> operation) {
        return (Mono<T>) ReactorDriver.mono(publishing(), arguments, operation::get);
    }

    /**
     * The operation as a publisher of many values; each subscription is a call. Needs Reactor.
     *
     * @throws IllegalArgumentException if a policy wants a thread of its own for it, which only callers who wait can leave,
     *     hedges, because two streams can't race, or keeps results, of which a stream has many
     */
    public <T> Flux<T> flux(Supplier<? extends Flux<T>> operation) {
        return flux(unkeyed(), operation);
    }

    @SuppressWarnings("unchecked")
    <T> Flux<T> flux(Object[] arguments, Supplier<? extends Flux<T>> operation) {
        requireNothingKept();
        return (Flux<T>) ReactorDriver.flux(streaming(), arguments, operation::get);
    }

    /**
     * Invokes a guarded method in its shape: the answer is a plain value, a future, a Mono or a Flux.
     *
     * @param arguments what keys and fallbacks see; not changed
     * @param body the method; a future-valued or reactive one gives its future or publisher
     */
    public @Nullable Object invoke(CallShape shape, Object[] arguments, Body body) throws Throwable {
        return switch (shape) {
            case BLOCKING -> BlockingDriver.call(route, arguments, body);
            case STAGE -> StageDriver.call(route, arguments, body);
            case MONO -> ReactorDriver.mono(publishing(), arguments, body);
            case FLUX -> ReactorDriver.flux(streaming(), arguments, body);
        };
    }

    private Object[] unkeyed() {
        if (wantsKey) {
            Stage telling = route.stages().stream()
                    .filter(Pipeline::wantsKey)
                    .findFirst()
                    .orElseThrow();
            throw new IllegalStateException("the " + telling.instance().inWords() + " of " + operation()
                    + " has to tell calls apart, and can't see what a lambda asks for. Write"
                    + " pipeline.forKey(key).call(...) with what the result depends on as the key; a constant if there is"
                    + " one result for all");
        }
        return NO_ARGUMENTS;
    }

    private static boolean wantsKey(Stage stage) {
        return stage.placement().key() == Placement.GIVEN_KEY;
    }

    private void requireNothingKept() {
        for (Stage stage : route.stages()) {
            if (stage.instance().kind().keepsResults()) {
                throw new IllegalArgumentException(stage.instance() + " can't guard " + operation()
                        + " as a stream: it keeps one result a call, and a stream has many. Collect them into a list");
            }
        }
    }

    private Route publishing() {
        Stage isolator = route.isolator();
        if (isolator != null) {
            throw new IllegalArgumentException(
                    isolator.instance() + " can't guard " + operation()
                            + " as a publisher: it wants a thread of its own for each call, and no caller waits for a publisher");
        }
        return route;
    }

    private Route streaming() {
        Stage hedging = route.hedging();
        if (hedging != null) {
            throw new IllegalArgumentException(hedging.instance() + " can't guard " + operation()
                    + " as a stream: it hedges, and of a stream that has begun nothing can be taken back");
        }
        return publishing();
    }

    /**
     * The same policies for calls that begin here and end elsewhere.
     *
     * @throws IllegalArgumentException if one of them may do more than let a call in or fail it, because nobody would be
     *     there to invoke the method again, to divert the call, or to take an answer
     */
    public Entrance entrance() {
        for (Stage stage : route.stages()) {
            if (!stage.policy().onlyAdmits()) {
                throw new IllegalArgumentException(stage.instance() + " can't guard " + operation()
                        + ", whose calls begin here and end elsewhere: nobody could carry out what it decides. Keep to"
                        + " policies that only let calls in or refuse them, such as rate limiters and bulkheads");
            }
        }
        return new Entrance(route);
    }

    /** The guarded operation. */
    public String operation() {
        return route.operation();
    }

    /** Whether a call may invoke the method more than once. */
    public boolean mayInvokeAgain() {
        return route.mayInvokeAgain();
    }

    /** The policies, outermost first. */
    public List<Stage> stages() {
        return route.stages();
    }

    /** What became of the calls so far, and how the policies stand. Counting costs calls nothing; asking adds up. */
    public PipelineStatistics statistics() {
        return route.ends()
                .statistics(stages().stream()
                        .map(stage -> PolicyStatistics.of(stage.place(), stage.instance()))
                        .toList());
    }

    /** The numbers of {@link #statistics()} without the policies, which may have much to tell. */
    public Map<String, Number> calls() {
        return route.ends().statistics(List.of()).numbers();
    }

    /**
     * Puts policies around an operation.
     *
     * @param placed the policies with their placements, in any order
     * @param order places by name, outermost first; those not named keep their default place relative to the kinds'
     *     default order. Empty for the default order
     * @throws IllegalArgumentException if the order names a place twice
     */
    public static Pipeline of(String operation, List<Placed> placed, List<String> order, ExecutionRuntime runtime) {
        List<PlaceOrder.Candidate> candidates = new ArrayList<>();
        placed.forEach(one -> candidates.addAll(one.candidates()));
        CallCounter plain = new CallCounter();
        List<Stage> stages = PlaceOrder.sort(candidates, order).stream()
                .map(PlaceOrder.Candidate::stage)
                .toList();
        stages.stream().map(Stage::instance).distinct().forEach(instance -> instance.tally()
                .sharePlain(plain));
        return new Pipeline(new Route(operation, stages, runtime, plain));
    }

    /** One policy, placed on an operation. The policy knows from then on what a text means as a key there. */
    public record Placed(PolicyInstance<?, ?> instance, Placement placement) {

        public Placed {
            instance.placed(placement);
        }

        private List<PlaceOrder.Candidate> candidates() {
            return candidates(instance);
        }

        private <P> List<PlaceOrder.Candidate> candidates(PolicyInstance<?, P> typed) {
            return typed.kind().places(typed.state()).stream()
                    .map(place -> new PlaceOrder.Candidate(
                            place.order(), new Stage(instance, place.id(), place.policy(), placement)))
                    .toList();
        }
    }
}
