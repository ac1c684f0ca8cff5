package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.cache.RefreshModel.Flight;
import dev.resilience.cache.RefreshModel.Rules;
import dev.resilience.cache.RefreshModel.Way;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/** A cache, two operations that share it by their keys, those who ask, and the model. */
final class RefreshWorld implements AutoCloseable {
    private static final List<String> NUMBERS = List.of(
            "hits",
            "misses",
            "negative-hits",
            "loads",
            "load-failures",
            "refreshes",
            "refresh-failures",
            "stale-served");
    private static final List<String> KEYS = List.of("s1/a", "s1/b", "s2/a");
    private static final List<String> OPERATIONS = List.of("Quotes.quote", "Quotes.other");

    private final SplittableRandom random;
    private final boolean reactive;
    final Rules rules;
    private final RefreshModel model;
    private final ManualTime time = new ManualTime();
    private final long origin = time.nanos();
    private final Resilience resilience;
    private final PolicyInstance<?, ?> policy;
    private final Map<String, Pipeline> pipelines = new HashMap<>();
    private final List<CompletableFuture<Object>> invoked = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private int invocations;
    private String when = "";

    RefreshWorld(SplittableRandom random, boolean reactive) {
        this.random = random;
        this.reactive = reactive;
        this.rules = new Rules(
                Map.of("Quotes.quote", seconds(60), "Quotes.other", seconds(20)),
                perhaps(15),
                perhaps(40),
                perhaps(60),
                25 * random.nextInt(4));
        this.model = new RefreshModel(rules);
        this.resilience = Resilience.builder()
                .time(time.time())
                .policy("caches", "quotes", settings())
                .build();
        this.policy = resilience.policies().find("caches", "quotes").orElseThrow();
        ExecutionRuntime runtime =
                new ExecutionRuntime(time.time(), new Deadlines(time.time()), event -> {}, ContextCarrier.NONE, false);
        Expression key = (arguments, context) -> arguments[0];
        Pipeline.Placed placed = new Pipeline.Placed(policy, Placement.of(Map.of("key", key)));
        for (String operation : OPERATIONS) {
            pipelines.put(operation, Pipeline.of(operation, List.of(placed), List.of(), runtime));
        }
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private long perhaps(int mostSeconds) {
        return random.nextInt(4) == 0 ? 0 : seconds(1 + random.nextInt(mostSeconds));
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Map.of("ttl", "60s", "ttls.Other", "20s", "ttl-jitter", "0"));
        set(settings, "negative-ttl", rules.negative());
        set(settings, "stale-while-revalidate", rules.whileRevalidate());
        set(settings, "stale-if-error", rules.ifError());
        if (rules.aheadPercent() > 0) {
            settings.put("refresh-ahead", String.valueOf(rules.aheadPercent()));
        }
        return settings;
    }

    private static void set(Map<String, String> settings, String name, long nanos) {
        if (nanos > 0) {
            settings.put(name, Duration.ofNanos(nanos).toSeconds() + "s");
        }
    }

    String step(String when) {
        this.when = when;
        int dice = random.nextInt(100);
        List<Flight> flights = model.flights;
        if (dice < 45 || dice < 75 && flights.isEmpty()) {
            return "asked: " + ask(any(KEYS), any(OPERATIONS));
        } else if (dice < 67) {
            return land(any(flights));
        } else if (dice < 75) {
            return leave(any(flights));
        } else if (dice < 79) {
            return invalidate();
        } else if (dice < 95) {
            goToAnEnd(model.ends(any(KEYS)));
            return "waited for an end";
        }
        time.advanceNanos(random.nextLong(seconds(10)));
        return "waited";
    }

    private <T> T any(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }

    private void goToAnEnd(long[] ends) {
        if (ends.length > 0) {
            long end = ends[random.nextInt(ends.length)] + random.nextInt(-1, 2);
            time.advanceNanos(Math.max(0, end - now()));
        }
    }

    private Way ask(String key, String operation) {
        Caller caller = new Caller(key, operation);
        callers.add(caller);
        Way way = model.ask(caller, now());
        begin(caller);
        if (way.begins()) {
            model.flights.get(model.flights.size() - 1).work = nextInvocation();
        }
        return way;
    }

    @SuppressWarnings("unchecked")
    private void begin(Caller caller) {
        Pipeline pipeline = pipelines.get(caller.operation);
        Object[] arguments = {caller.key};
        try {
            if (reactive) {
                Mono<?> mono =
                        (Mono<?>) pipeline.invoke(CallShape.MONO, arguments, () -> Mono.fromFuture(work(), true));
                caller.leave = mono.subscribe(caller.answer::complete, caller.answer::completeExceptionally)::dispose;
            } else {
                caller.answer = (CompletableFuture<Object>) pipeline.invoke(CallShape.STAGE, arguments, this::work);
                caller.leave = () -> caller.answer.cancel(true);
            }
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    private CompletableFuture<Object> work() {
        CompletableFuture<Object> work = new CompletableFuture<>();
        invoked.add(work);
        return work;
    }

    /** The work that the model says has just begun. */
    private CompletableFuture<Object> nextInvocation() {
        assertThat(invoked).as("invocations, %s, %s", when, rules).hasSize(++invocations);
        return invoked.get(invocations - 1);
    }

    private String land(Flight flight) {
        if (random.nextInt(5) < 3) {
            boolean isNothing = random.nextInt(5) == 0;
            Object value = isNothing ? Optional.empty() : new Object();
            model.gave(flight, value, isNothing, now());
            flight.work.complete(value);
            return "gave";
        }
        IOException failure = new IOException();
        boolean covered = model.failed(flight, failure, now());
        flight.work.completeExceptionally(failure);
        return covered ? "covered" : "failed";
    }

    /** The leader gives up, or somebody who waits. Nobody can give up a refresh. */
    private String leave(Flight flight) {
        Caller leader = (Caller) flight.leader;
        if (!flight.waiting.isEmpty() && (leader == null || random.nextBoolean())) {
            RefreshModel.Caller waiter = any(List.copyOf(flight.waiting));
            flight.waiting.remove(waiter);
            goAway((Caller) waiter);
            return "left";
        } else if (leader == null) {
            return "let it be";
        }
        boolean handedOver = model.handedOver(flight);
        goAway(leader);
        if (handedOver) {
            flight.work = nextInvocation();
        }
        return handedOver ? "handed over" : "gave up alone";
    }

    private void goAway(Caller caller) {
        callers.remove(caller);
        caller.leave.run();
    }

    private String invalidate() {
        String key = any(KEYS);
        String word = any(OPERATIONS);
        switch (random.nextInt(7)) {
            case 0, 1 -> {
                cache().invalidate(key);
                model.invalidate((known, operation) -> known.equals(key));
                return "dropped a key";
            }
            case 2, 3 -> {
                String shop = key.substring(0, 3);
                cache().invalidatePrefix(shop);
                model.invalidate((known, operation) -> known.startsWith(shop));
                return "dropped a prefix";
            }
            case 4, 5 -> {
                cache().invalidateOperation(word);
                model.invalidate((known, operation) -> operation.equals(word));
                return "dropped an operation";
            }
            default -> {
                cache().invalidateAll();
                model.invalidate((known, operation) -> true);
                return "dropped all";
            }
        }
    }

    void assertAsTheModelSays(String when) {
        assertThat(invoked).as("invocations, %s", when).hasSize(invocations);
        for (Caller caller : callers) {
            assertThat(caller.answer.isDone()).as(when).isEqualTo(caller.expected != null);
            if (caller.expected != null) {
                Object given = caller.answer
                        .handle((value, failure) -> failure == null ? value : failure)
                        .join();
                assertThat(given).as(when).isSameAs(caller.expected);
            }
        }
        callers.removeIf(caller -> caller.expected != null);
    }

    void assertNobodyIsStuck(String seed) {
        while (!model.flights.isEmpty()) {
            land(model.flights.get(0));
        }
        assertAsTheModelSays(seed);
        assertThat(callers).as(seed).isEmpty();
        assertThat(cache().running()).as(seed).isZero();
        Map<String, Number> numbers = policy.snapshot().numbers();
        for (String name : NUMBERS) {
            assertThat(numbers.get(name)).as("%s, %s", name, seed).isEqualTo(model.number(name));
        }
    }

    private long now() {
        return time.nanos() - origin;
    }

    private ResultCache cache() {
        return (ResultCache) policy.state();
    }

    @Override
    public void close() {
        resilience.close();
    }

    private static final class Caller extends RefreshModel.Caller {
        private CompletableFuture<Object> answer = new CompletableFuture<>();
        private Runnable leave = () -> {};

        private Caller(String key, String operation) {
            super(key, operation);
        }
    }
}
