package dev.resilience;

import dev.resilience.execution.BlockingDriver;
import dev.resilience.execution.CallCounter;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.execution.ReactorDriver;
import dev.resilience.execution.Route;
import dev.resilience.execution.Stage;
import dev.resilience.execution.StageDriver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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

    private Pipeline(Route route) {
        this.route = route;
    }

    /** Calls the operation on this thread. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T call(Callable<T> operation) throws Exception {
        try {
            return (T) BlockingDriver.call(route, NO_ARGUMENTS, operation::call);
        } catch (Exception | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException(
                    "an operation that declares exceptions threw neither one nor an Error", impossible);
        }
    }

    /** Runs the operation on this thread. */
    public void run(Runnable operation) {
        try {
            call(() -> {
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
    @SuppressWarnings("unchecked")
    public <T> CompletableFuture<T> callAsync(Supplier<? extends CompletionStage<T>> operation) {
        return (CompletableFuture<T>) StageDriver.call(route, NO_ARGUMENTS, operation::get);
    }

    /**
     * The operation as a publisher of at most one value; each subscription is a call. Needs Reactor.
     *
     * @throws IllegalArgumentException if a policy wants a thread of its own for it, which only callers who wait can leave
     */
    @SuppressWarnings("unchecked")
    public <T> Mono<T> mono(Supplier<? extends Mono<T>> operation) {
        return (Mono<T>) ReactorDriver.mono(publishing(), NO_ARGUMENTS, operation::get);
    }

    /**
     * The operation as a publisher of many values; each subscription is a call. Needs Reactor.
     *
     * @throws IllegalArgumentException if a policy wants a thread of its own for it, which only callers who wait can leave,
     *     or hedges, because two streams can't race
     */
    @SuppressWarnings("unchecked")
    public <T> Flux<T> flux(Supplier<? extends Flux<T>> operation) {
        return (Flux<T>) ReactorDriver.flux(streaming(), NO_ARGUMENTS, operation::get);
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
        List<Candidate> candidates = new ArrayList<>();
        placed.forEach(one -> candidates.addAll(one.candidates()));
        CallCounter plain = new CallCounter();
        List<Stage> stages = PlaceOrder.sort(candidates, order).stream()
                .map(candidate -> candidate.stage)
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

        private List<Candidate> candidates() {
            return candidates(instance);
        }

        private <P> List<Candidate> candidates(PolicyInstance<?, P> typed) {
            return typed.kind().places(typed.state()).stream()
                    .map(place ->
                            new Candidate(place.order(), new Stage(instance, place.id(), place.policy(), placement)))
                    .toList();
        }
    }

    record Candidate(int defaultPlace, Stage stage) {}

    /** Where a place goes that the order doesn't name: just outside the first named one that is further in by default. */
    private static final class PlaceOrder {

        private static List<Candidate> sort(List<Candidate> candidates, List<String> order) {
            if (order.stream().distinct().count() != order.size()) {
                throw new IllegalArgumentException("the order " + order + " names a place twice");
            }
            List<Candidate> byDefault = new ArrayList<>(candidates);
            List<String> places = candidates.stream()
                    .map(candidate -> candidate.stage.place())
                    .toList();
            byDefault.sort(Comparator.comparingInt(Candidate::defaultPlace)
                    .thenComparingInt(candidate -> places.indexOf(candidate.stage.place())));
            List<Candidate> sorted = new ArrayList<>(byDefault.stream()
                    .filter(candidate -> order.contains(candidate.stage.place()))
                    .sorted(Comparator.comparingInt(candidate -> order.indexOf(candidate.stage.place())))
                    .toList());
            for (Candidate candidate : byDefault) {
                if (!order.contains(candidate.stage.place())) {
                    sorted.add(indexOf(sorted, candidate), candidate);
                }
            }
            return sorted;
        }

        private static int indexOf(List<Candidate> sorted, Candidate candidate) {
            for (int index = 0; index < sorted.size(); index++) {
                if (sorted.get(index).defaultPlace > candidate.defaultPlace) {
                    return index;
                }
            }
            return sorted.size();
        }
    }
}
