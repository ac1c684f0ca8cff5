package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Pipeline.Placed;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.ResilienceBuilder;
import dev.resilience.Target;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.execution.Stage;
import dev.resilience.recovery.Restartable;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Flux;

/**
 * One policy of every kind, with knobs as chance will have them, and pipelines over them in any order: for callers who
 * leave by every door there is. Afterwards every number has to be back where it was.
 */
final class Premises {

    static final String NAME = "p";
    private static final int PIPELINES = 4;

    private static final Set<String> SELDOM = Set.of("fallbacks", "caches");

    private static final Map<String, List<String>> DEEDS = Map.of(
            "retries", List.of("retries", "hedged", "hedges-won"),
            "fallbacks", List.of("replaced", "last-good"),
            "caches", List.of("hits", "stale-served"),
            "recoveries",
                    List.of(
                            "retries",
                            "restarts",
                            "failed-restarts",
                            "in-again-after-restart",
                            "diverted",
                            "isolated",
                            "escalated"));

    private static final Target BROKEN = (arguments, failure) -> {
        throw new IllegalStateException("the fallback fails as well", failure);
    };

    private static final Target GOOD = (arguments, failure) -> switch ((Dialect) arguments[0]) {
        case BLOCKING -> "replaced";
        case STAGE -> CompletableFuture.completedFuture("replaced");
        case MONO, FLUX -> Flux.just("replaced").next();
    };

    private final Resilience resilience;
    private final Deadlines deadlines;
    private final ExecutionRuntime runtime;
    private final Map<String, Map<String, String>> policies = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    /** A pipeline, and who is at work behind its bulkhead, if it has one. */
    record Entry(Pipeline pipeline, Occupancy occupancy, boolean guarded) {}

    /**
     * Premises of this time.
     *
     * @param unit what a short wait is, in microseconds: windows, leases and times are made of it
     * @param seats how many seats there are at most
     * @param isolating whether bodies have threads of their own, which publishers can't have
     * @param hedging whether slow tries get a second one beside them, which streams can't have
     * @param caching whether results are kept, which streams can't have either
     */
    Premises(
            Time time,
            RandomGenerator random,
            long unit,
            int seats,
            boolean isolating,
            boolean hedging,
            boolean caching) {
        describe(random, unit, seats);
        if (!caching) {
            policies.remove("caches");
        }
        if (hedging) {
            policies.get("retries").put("hedge-after", micros(random, unit, 4));
        }
        if (isolating) {
            policies.get("timeouts").put("isolation", "thread");
        }
        ResilienceBuilder builder = Resilience.builder().time(time).named("client", new Client(time, unit));
        policies.forEach((kind, knobs) -> builder.policy(kind, NAME, knobs));
        resilience = builder.build();
        deadlines = new Deadlines(time);
        runtime = new ExecutionRuntime(time, deadlines, event -> {}, ContextCarrier.NONE, false);
        Occupancy behindTheBulkhead = new Occupancy();
        for (int made = 0; made < PIPELINES; made++) {
            Pipeline pipeline = pipeline(made, random);
            boolean guarded = pipeline.stages().stream()
                    .anyMatch(stage -> stage.instance().kind().id().equals("bulkheads"));
            entries.add(new Entry(pipeline, guarded ? behindTheBulkhead : new Occupancy(), guarded));
        }
    }

    private void describe(RandomGenerator random, long unit, int seats) {
        Map<String, String> bulkhead = policy("bulkheads", "max-concurrent", 1 + random.nextInt(seats));
        if (random.nextInt(3) > 0) {
            bulkhead.put("max-wait", micros(random, unit, 20));
            bulkhead.put("max-waiting", String.valueOf(1 + random.nextInt(5)));
        }
        Map<String, String> breaker = policy("circuit-breakers", "probes", 1 + random.nextInt(3));
        breaker.put("window", random.nextInt(3) > 0 ? "10" : "1s");
        breaker.put("minimum-calls", String.valueOf(2 + random.nextInt(6)));
        breaker.put("failure-rate-threshold", random.nextInt(3) == 0 ? "60" : "95");
        breaker.put("open-wait", micros(random, unit, 10));
        breaker.put("max-open-wait", unit * 20 + "us");
        breaker.put("probe-lease", micros(random, unit, 30));
        policy(
                "rate-limiters",
                "limits",
                (random.nextInt(3) > 0 ? 500 : 2 + random.nextInt(8)) + "/" + (1 + random.nextInt(20)) + "ms");
        if (random.nextBoolean()) {
            policies.get("rate-limiters").put("max-wait", micros(random, unit, 20));
        }
        Map<String, String> timeout = policy("timeouts", "timeout", micros(random, unit, 8));
        if (random.nextBoolean()) {
            timeout.put("total", unit * (10 + random.nextInt(20)) + "us");
        }
        Map<String, String> retry = policy("retries", "max-attempts", 2 + random.nextInt(2));
        retry.put("delay", micros(random, unit, 3));
        retry.put("max-delay", unit * 10 + "us");
        policies.put("fallbacks", new HashMap<>());
        Map<String, String> recovery = policy("recoveries", "rules", rules(random, unit));
        recovery.put("max-wait", micros(random, unit, 20));
        recovery.put("restart-pause", micros(random, unit, 10));
        Map<String, String> cache = policy("caches", "ttl", micros(random, unit, 5));
        if (random.nextBoolean()) {
            cache.put("stale-if-error", micros(random, unit, 50));
        }
    }

    /** A few rules, and what is to be done about all the rest. */
    private static String rules(RandomGenerator random, long unit) {
        List<String> rules = new ArrayList<>();
        for (String failures :
                List.of("IllegalStateException", "timeout", "BulkheadFullException | RateLimitedException")) {
            if (random.nextInt(3) > 0) {
                rules.add(failures + " -> " + deed(random, unit));
            }
        }
        rules.add("* -> " + deed(random, unit));
        return String.join(", ", rules);
    }

    private static String deed(RandomGenerator random, long unit) {
        String wait = micros(random, unit, 5);
        return switch (random.nextInt(12)) {
            case 0 -> "retry";
            case 1 -> "retry 2 after " + wait;
            case 2 -> "restart client";
            case 3 -> "restart client, retry after " + wait + ", fallback";
            case 4 -> "isolate " + wait + ", escalate";
            case 5 -> "retry, isolate " + wait + ", fallback";
            case 6, 7 -> "fallback";
            default -> "escalate";
        };
    }

    private Map<String, String> policy(String kind, String knob, Object value) {
        Map<String, String> knobs = new HashMap<>(Map.of(knob, value.toString()));
        policies.put(kind, knobs);
        return knobs;
    }

    private static String micros(RandomGenerator random, long unit, int most) {
        return unit * (1 + random.nextInt(most)) + "us";
    }

    private Pipeline pipeline(int number, RandomGenerator random) {
        List<Placed> placed = new ArrayList<>();
        policies.keySet().stream()
                .filter(kind -> random.nextInt(5) > (SELDOM.contains(kind) ? 2 : 0))
                .forEach(kind -> placed.add(new Placed(instance(kind), placement(kind, random))));
        String operation = "Proof.call" + number;
        Pipeline usual = Pipeline.of(operation, placed, List.of(), runtime);
        List<String> order =
                new ArrayList<>(usual.stages().stream().map(Stage::place).toList());
        if (random.nextInt(3) > 0) {
            Collections.shuffle(order, new Random(random.nextLong()));
        }
        return Pipeline.of(operation, placed, order, runtime);
    }

    private Placement placement(String kind, RandomGenerator random) {
        return switch (kind) {
            case "fallbacks" -> Placement.of(fallback());
            case "recoveries" ->
                Placement.of(
                        random.nextBoolean()
                                ? Map.of("fallback", List.of(BROKEN, GOOD), "key", key(3))
                                : Map.of("fallback", List.of(BROKEN)));
            case "caches" -> Placement.of(Map.of("key", key(5)));
            default -> Placement.bare();
        };
    }

    /** It tries the last good value and a method that fails first, and gives a value in the shape of the call then. */
    private Map<String, Object> fallback() {
        Map<String, Object> attributes = new HashMap<>(Map.of("method", List.of(BROKEN), "value", GOOD, "key", key(5)));
        if (policies.containsKey("caches")) {
            instance("caches")
                    .recollection(Duration.ofMillis(5))
                    .ifPresent(memory -> attributes.put("last-good", memory));
        }
        return attributes;
    }

    /** Callers of one shape have so many keys. */
    private Expression key(int many) {
        AtomicInteger calls = new AtomicInteger();
        return (arguments, context) -> arguments[0] + "-" + calls.incrementAndGet() % many;
    }

    PolicyInstance<?, ?> instance(String kind) {
        return resilience.policies().find(kind, NAME).orElseThrow();
    }

    /** Any of the pipelines. */
    Entry any(RandomGenerator random) {
        return entries.get(random.nextInt(entries.size()));
    }

    /** Whether nothing that takes time is on its way any more. */
    boolean isAtRest() {
        return deadlines.armed() == 0
                && number("bulkheads", "in-use") == 0
                && number("bulkheads", "waiting") == 0
                && number("circuit-breakers", "probes-in-flight") == 0
                && number("rate-limiters", "used") == 0
                && instance("recoveries").snapshot().state().equals("READY");
    }

    /** Nobody is in, nobody waits, nothing is owed, and no more were at work than there are seats. */
    void assertAtRest() {
        int seats = Integer.parseInt(policies.get("bulkheads").get("max-concurrent"));
        assertThat(number("bulkheads", "in-use")).as("seats taken in %s", this).isZero();
        assertThat(number("bulkheads", "waiting")).as("waiting in %s", this).isZero();
        assertThat(number("bulkheads", "available"))
                .as("seats free in %s", this)
                .isEqualTo(seats);
        assertThat(number("circuit-breakers", "probes-in-flight"))
                .as("probes in %s", this)
                .isZero();
        assertThat(number("rate-limiters", "used")).as("permits in %s", this).isZero();
        assertThat(number("rate-limiters", "remaining"))
                .as("permits left in %s", this)
                .isEqualTo(number("rate-limiters", "limit"));
        assertThat(instance("recoveries").snapshot().state())
                .as("restarts and isolations in %s", this)
                .isEqualTo("READY");
        assertThat(deadlines.armed()).as("armed deadlines in %s", this).isZero();
        for (Entry entry : entries) {
            assertThat(entry.occupancy.now()).as("at work in %s", this).isZero();
            assertThat(entry.guarded ? entry.occupancy.most() : 0)
                    .as("at work at once in %s", this)
                    .isLessThanOrEqualTo(seats);
        }
    }

    /** How often its policies did what only some of them do, and rarely. */
    Map<String, Long> deeds() {
        Map<String, Long> deeds = new HashMap<>();
        DEEDS.forEach((kind, names) -> names.forEach(name -> deeds.put(
                kind + " " + name,
                policies.containsKey(kind) ? numbers(kind).getOrDefault(name, 0).longValue() : 0)));
        return deeds;
    }

    private Map<String, Number> numbers(String kind) {
        return instance(kind).snapshot().numbers();
    }

    private long number(String kind, String name) {
        return numbers(kind).get(name).longValue();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(policies.toString());
        entries.forEach(entry -> text.append("\n  ")
                .append(entry.pipeline.stages().stream().map(Stage::place).toList()));
        return text.toString();
    }

    /**
     * What recoveries restart: it takes some time, and sometimes it is in vain. By hand it runs on the caller's thread, whose
     * interrupts aren't its own. Thread-safe.
     */
    private static final class Client implements Restartable {
        private final Time time;
        private final long unit;
        private final AtomicInteger restarts = new AtomicInteger();

        private Client(Time time, long unit) {
            this.time = time;
            this.unit = unit;
        }

        @Override
        public void restart() throws Exception {
            int restart = restarts.incrementAndGet();
            try {
                time.scheduler().pause(unit * 1_000 * (restart % 4));
            } catch (InterruptedException callersOwn) {
                Thread.currentThread().interrupt();
            }
            if (restart % 3 == 0) {
                throw new IllegalStateException("restarted in vain");
            }
        }
    }
}
