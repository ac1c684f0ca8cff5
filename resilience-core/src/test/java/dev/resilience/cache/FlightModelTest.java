package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Loads that take their time, in an order that chance makes up: callers come, leave, lead and follow, loads give values or
 * fail, results expire and are invalidated while new ones are on their way. After every step each caller has been answered
 * or is waiting, and each method has been invoked as often, as a plain model says that knows nothing but the promises.
 */
class FlightModelTest {

    private static final int STEPS = 200;
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final Duration STALE = Duration.ofSeconds(90);

    @Test
    void aHundredThousandStepsDoWhatTheModelSays() {
        prove(100_000);
    }

    @Tag("long")
    @Test
    void aMillionStepsDoWhatTheModelSays() {
        prove(1_000_000);
    }

    private static void prove(int steps) {
        Map<String, Integer> seen = new HashMap<>();
        for (int seed = 0; seed < steps / STEPS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            try (World world = new World(random, random.nextBoolean())) {
                for (int step = 0; step < STEPS; step++) {
                    String deed = world.step();
                    seen.merge(deed, 1, Integer::sum);
                    world.assertAsTheModelSays("seed " + seed + ", step " + step + ", " + deed);
                }
                world.assertNobodyIsStuck("seed " + seed);
            }
        }
        assertThat(seen.keySet())
                .contains(
                        "led", "followed", "hit", "gave", "failed", "covered", "handed over", "left", "gave up alone");
    }

    /** A caller: what the model says has become of him, and what has. */
    private static final class Caller {
        private final int key;
        private CompletableFuture<Object> answer = new CompletableFuture<>();
        private Runnable leave = () -> {};
        private @Nullable Object expected;
        private boolean left;

        private Caller(int key) {
            this.key = key;
        }
    }

    /** A load in the model: the method runs for the leader. */
    private static final class Flight {
        private final int key;
        private Caller leader;
        private final Deque<Caller> waiting = new ArrayDeque<>();
        private boolean outdated;
        private CompletableFuture<Object> work;

        private Flight(int key, Caller leader, CompletableFuture<Object> work) {
            this.key = key;
            this.leader = leader;
            this.work = work;
        }
    }

    private record Result(Object value, long since) {}

    private static final class World implements AutoCloseable {
        private static final int KEYS = 3;

        private final SplittableRandom random;
        private final boolean reactive;
        private final ManualTime time = new ManualTime();
        private final Resilience resilience;
        private final PolicyInstance<?, ?> policy;
        private final Pipeline pipeline;
        private final List<CompletableFuture<Object>> invoked = new ArrayList<>();
        private final Map<Integer, Result> results = new HashMap<>();
        private final List<Flight> flights = new ArrayList<>();
        private final List<Caller> callers = new ArrayList<>();
        private int invocations;

        private World(SplittableRandom random, boolean reactive) {
            this.random = random;
            this.reactive = reactive;
            this.resilience = Resilience.builder()
                    .time(time.time())
                    .policy("caches", "quotes", Map.of("ttl", "60s", "ttl-jitter", "0", "stale-if-error", "90s"))
                    .build();
            this.policy = resilience.policies().find("caches", "quotes").orElseThrow();
            Expression key = (arguments, context) -> arguments[0];
            this.pipeline = Pipeline.of(
                    "Quotes.quote",
                    List.of(new Pipeline.Placed(policy, Placement.of(Map.of("key", key)))),
                    List.of(),
                    new ExecutionRuntime(
                            time.time(), new Deadlines(time.time()), event -> {}, ContextCarrier.NONE, false));
        }

        private String step() {
            int dice = random.nextInt(100);
            if (dice < 45) {
                return ask(random.nextInt(KEYS));
            } else if (dice < 65 && !flights.isEmpty()) {
                return land(flights.get(random.nextInt(flights.size())));
            } else if (dice < 85 && !flights.isEmpty()) {
                return leave(flights.get(random.nextInt(flights.size())));
            } else if (dice < 90) {
                return invalidate(random.nextInt(KEYS));
            } else if (dice < 91) {
                cache().invalidateAll();
                results.clear();
                flights.forEach(flight -> flight.outdated = true);
                return "invalidated all";
            }
            time.advance(Duration.ofSeconds(random.nextInt(40)));
            return "waited";
        }

        private String ask(int key) {
            Caller caller = new Caller(key);
            callers.add(caller);
            begin(caller);
            Result result = results.get(key);
            if (result != null && time.nanos() - result.since < TTL.toNanos()) {
                caller.expected = result.value;
                return "hit";
            }
            for (Flight flight : flights) {
                if (flight.key == key && !flight.outdated) {
                    flight.waiting.add(caller);
                    return "followed";
                }
            }
            flights.add(new Flight(key, caller, nextInvocation()));
            return "led";
        }

        private void begin(Caller caller) {
            try {
                Object[] arguments = {caller.key};
                if (reactive) {
                    Mono<?> mono =
                            (Mono<?>) pipeline.invoke(CallShape.MONO, arguments, () -> Mono.fromFuture(work(), true));
                    caller.leave =
                            mono.subscribe(caller.answer::complete, caller.answer::completeExceptionally)::dispose;
                } else {
                    caller.answer = stage(pipeline.invoke(CallShape.STAGE, arguments, this::work));
                    caller.leave = () -> caller.answer.cancel(true);
                }
            } catch (Throwable thrown) {
                throw new AssertionError(thrown);
            }
        }

        @SuppressWarnings("unchecked")
        private static CompletableFuture<Object> stage(@Nullable Object answer) {
            return (CompletableFuture<Object>) answer;
        }

        private CompletableFuture<Object> work() {
            CompletableFuture<Object> work = new CompletableFuture<>();
            invoked.add(work);
            return work;
        }

        /** The work that the model says has just begun. */
        private CompletableFuture<Object> nextInvocation() {
            assertThat(invoked).as("invocations").hasSize(++invocations);
            return invoked.get(invocations - 1);
        }

        /** The load ends, with a value or a failure. */
        private String land(Flight flight) {
            flights.remove(flight);
            if (random.nextInt(3) > 0) {
                Object value = new Object();
                if (!flight.outdated) {
                    results.put(flight.key, new Result(value, time.nanos()));
                }
                answer(flight, value);
                flight.work.complete(value);
                return "gave";
            }
            IOException failure = new IOException();
            Result old = results.get(flight.key);
            boolean covered =
                    old != null && time.nanos() - old.since < TTL.plus(STALE).toNanos();
            answer(flight, covered ? old.value : failure);
            flight.work.completeExceptionally(failure);
            return covered ? "covered" : "failed";
        }

        private static void answer(Flight flight, Object ending) {
            flight.leader.expected = ending;
            flight.waiting.forEach(waiter -> waiter.expected = ending);
        }

        /** The leader gives up, or somebody who waits. */
        private String leave(Flight flight) {
            if (random.nextBoolean() && !flight.waiting.isEmpty()) {
                Caller waiter = new ArrayList<>(flight.waiting).get(random.nextInt(flight.waiting.size()));
                flight.waiting.remove(waiter);
                goAway(waiter);
                return "left";
            }
            Caller next = flight.waiting.poll();
            goAway(flight.leader);
            if (next == null) {
                flights.remove(flight);
                return "gave up alone";
            }
            flight.leader = next;
            flight.work = nextInvocation();
            return "handed over";
        }

        private static void goAway(Caller caller) {
            caller.left = true;
            caller.leave.run();
        }

        private String invalidate(int key) {
            cache().invalidate(key);
            results.remove(key);
            flights.stream().filter(flight -> flight.key == key).forEach(flight -> flight.outdated = true);
            return "invalidated";
        }

        private void assertAsTheModelSays(String when) {
            assertThat(invoked).as("invocations, %s", when).hasSize(invocations);
            for (Caller caller : callers) {
                if (!caller.left) {
                    assertThat(caller.answer.isDone()).as(when).isEqualTo(caller.expected != null);
                }
                if (!caller.left && caller.expected != null) {
                    Object given = caller.answer
                            .handle((value, failure) -> failure == null ? value : failure)
                            .join();
                    assertThat(given).as(when).isSameAs(caller.expected);
                }
            }
            callers.removeIf(caller -> caller.left || caller.expected != null);
        }

        /** When all loads have ended, everybody is answered, and each key can be had. */
        private void assertNobodyIsStuck(String seed) {
            while (!flights.isEmpty()) {
                land(flights.get(0));
            }
            assertAsTheModelSays(seed);
            assertThat(callers).as(seed).isEmpty();
            time.advance(TTL.plus(STALE));
            for (int key = 0; key < KEYS; key++) {
                assertThat(ask(key)).as(seed).isEqualTo("led");
                land(flights.get(0));
            }
            assertAsTheModelSays(seed);
        }

        private ResultCache cache() {
            return (ResultCache) policy.state();
        }

        @Override
        public void close() {
            resilience.close();
        }
    }
}
