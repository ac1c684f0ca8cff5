package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.cache.CacheModel.Clock;
import dev.resilience.cache.CacheModel.Ending;
import dev.resilience.cache.CacheModel.Rules;
import dev.resilience.cache.CacheModel.Seen;
import dev.resilience.execution.Deadlines;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Mixed operations, as chance will have them, beside a model that is nothing but a map and the promises: calls of several
 * operations in three shapes that give values, nothing, or failures, invalidations, time that goes to where a result ends, a tick
 * that stands still for a while, and a wall clock that jumps by days. Evictions don't happen.
 */
class CacheModelTest {

    private static final int STEPS = 1_000;
    private static final long LONGEST_STANDSTILL = Duration.ofMillis(5).toNanos();
    private static final List<Object> KEYS = List.of(
            "a", "b", "", "key", 1, 2, List.of("a"), List.of("a", "b"), List.of(), Optional.of("a"), Duration.ZERO);
    private static final List<CallShape> SHAPES = List.of(CallShape.BLOCKING, CallShape.STAGE, CallShape.MONO);
    private static final List<String> OPERATIONS =
            List.of("Client.apiCall", "Client.filterData", "Client.storeData", "Client.other");

    @Test
    void aHundredThousandOperationsDoWhatTheModelSays() {
        prove(100_000);
    }

    @Tag("long")
    @Test
    void aMillionOperationsDoWhatTheModelSays() {
        prove(1_000_000);
    }

    private static void prove(int operations) {
        Map<String, Long> seen = new HashMap<>();
        for (int seed = 0; seed < operations / STEPS; seed++) {
            try (World world = new World(new SplittableRandom(seed))) {
                for (int step = 0; step < STEPS; step++) {
                    String wrong = world.step();
                    assertThat(wrong)
                            .as("seed %d, step %d, %s", seed, step, world.rules)
                            .isNull();
                }
                world.assertNumbers(seed);
                world.numbers().forEach((name, number) -> seen.merge(name, number.longValue(), Long::sum));
            }
        }
        assertThat(seen.get("hits")).as("%s", seen).isGreaterThan(operations / 20);
        assertThat(seen.get("stale-served")).as("%s", seen).isGreaterThan(operations / 200);
        assertThat(seen.get("load-failures")).as("%s", seen).isGreaterThan(operations / 50);
    }

    /** A cache, four operations that share it, and the model. */
    private static final class World implements AutoCloseable {
        private final SplittableRandom random;
        private final ManualTime time = new ManualTime();
        private final AtomicLong wallJump = new AtomicLong();
        private final boolean standingStill;
        private final Rules rules;
        private final CacheModel model;
        private final Resilience resilience;
        private final PolicyInstance<?, ?> policy;
        private final Map<String, Pipeline> pipelines = new HashMap<>();
        private long origin = time.nanos();
        private long heldAt;

        private World(SplittableRandom random) {
            this.random = random;
            this.standingStill = random.nextInt(3) == 0;
            this.rules = anyRules(random);
            this.model = new CacheModel(rules);
            Time clocks = clocks(random.split());
            this.resilience = Resilience.builder()
                    .time(clocks)
                    .policy("caches", "quotes", settings(rules))
                    .build();
            this.policy = resilience.policies().find("caches", "quotes").orElseThrow();
            ExecutionRuntime runtime =
                    new ExecutionRuntime(clocks, new Deadlines(clocks), event -> {}, ContextCarrier.NONE, false);
            Expression key = (arguments, context) -> arguments[0];
            for (String operation : OPERATIONS) {
                Pipeline.Placed placed = new Pipeline.Placed(policy, Placement.of(Map.of("key", key)));
                pipelines.put(operation, Pipeline.of(operation, List.of(placed), List.of(), runtime));
            }
        }

        private Time clocks(SplittableRandom chance) {
            Time manual = time.time();
            return new Time(
                    manual.ticker(),
                    manual.pulse(),
                    manual.scheduler(),
                    () -> ManualTime.EPOCH.plusNanos(wallJump.get()),
                    chance::nextDouble);
        }

        private static Rules anyRules(SplittableRandom random) {
            Map<String, Duration> ttls = Map.of(
                    "Client.apiCall", Duration.ofSeconds(300),
                    "Client.filterData", Duration.ofSeconds(60),
                    "Client.storeData", Duration.ZERO,
                    "Client.other", Duration.ofMillis(1 + random.nextInt(20_000)));
            double jitter = random.nextBoolean() ? 0 : (1 + random.nextInt(50)) / 100.0;
            Duration stale = Duration.ofMillis(random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(400_000));
            return new Rules(ttls, jitter, stale, random.nextBoolean());
        }

        private static Map<String, String> settings(Rules rules) {
            Map<String, String> settings = new HashMap<>(Map.of(
                    "ttl",
                    rules.ttls().get("Client.other").toMillis() + "ms",
                    "ttls.ApiCall",
                    "300s",
                    "ttls.FilterData",
                    "60s",
                    "ttls.StoreData",
                    "0",
                    "ttl-jitter",
                    String.valueOf(Math.round(rules.jitter() * 100)),
                    "cache-null",
                    String.valueOf(rules.cacheNull())));
            if (!rules.staleIfError().isZero()) {
                settings.put("stale-if-error", rules.staleIfError().toMillis() + "ms");
            }
            return settings;
        }

        /** Does something, and says what is wrong with what came of it. */
        private @Nullable String step() {
            int dice = random.nextInt(100);
            if (dice < 75) {
                return call();
            }
            Object key = anyKey();
            if (dice < 78) {
                cache().invalidate(key);
                model.invalidate(key);
            } else if (dice < 79) {
                cache().invalidateAll();
                model.invalidateAll();
            } else if (dice < 83) {
                wallJump.addAndGet(Duration.ofHours(random.nextInt(-48, 49)).toNanos());
            } else if (dice < 88) {
                goTo(model.untilOver(key, now()) + random.nextInt(-1, 2));
            } else if (dice < 91) {
                goTo(model.untilOver(key, now()) + rules.staleIfError().toNanos() + random.nextInt(-1, 2));
            } else {
                goTo(random.nextLong(dice < 98 ? 1_000_000_000L : 60_000_000_000L));
            }
            return null;
        }

        private @Nullable String call() {
            Object key = anyKey();
            String operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
            Ending work = anyWork();
            long takes = random.nextInt(4) == 0 ? random.nextLong(1_000_000_000L) : 0;
            AtomicBoolean loaded = new AtomicBoolean();
            Clock asked = clock();
            CallShape shape = SHAPES.get(random.nextInt(SHAPES.size()));
            Ending given = made(pipelines.get(operation), shape, key, () -> {
                loaded.set(true);
                goTo(takes);
                return work;
            });
            String wrong = model.judge(operation, key, new Seen(loaded.get(), given), work, asked, clock());
            return wrong == null ? null : shape + " " + operation + "(" + key + "): " + wrong;
        }

        private interface Method {
            Ending run();
        }

        private static Ending made(Pipeline pipeline, CallShape shape, Object key, Method method) {
            try {
                Object answer = pipeline.invoke(shape, new Object[] {key}, () -> begun(shape, method));
                return new Ending(
                        switch (shape) {
                            case BLOCKING -> answer;
                            case STAGE -> ((CompletableFuture<?>) answer).join();
                            case MONO -> ((Mono<?>) answer).toFuture().join();
                            case FLUX -> throw new AssertionError("no stream is cached");
                        },
                        null);
            } catch (CompletionException wrapped) {
                return new Ending(null, wrapped.getCause());
            } catch (Throwable thrown) {
                return new Ending(null, thrown);
            }
        }

        private static @Nullable Object begun(CallShape shape, Method method) throws Throwable {
            if (shape == CallShape.MONO) {
                return Mono.defer(() -> published(method.run()));
            }
            Ending ending = method.run();
            if (shape == CallShape.STAGE) {
                return ending.failure() == null
                        ? CompletableFuture.completedFuture(ending.value())
                        : CompletableFuture.failedFuture(ending.failure());
            }
            if (ending.failure() != null) {
                throw ending.failure();
            }
            return ending.value();
        }

        private static Mono<Object> published(Ending ending) {
            return ending.failure() == null ? Mono.justOrEmpty(ending.value()) : Mono.error(ending.failure());
        }

        private Ending anyWork() {
            return switch (random.nextInt(10)) {
                case 0, 1 -> new Ending(null, new IOException("down"));
                case 2 -> new Ending(null, new IllegalStateException("down"));
                case 3 -> new Ending(null, new AssertionError("broken"));
                case 4 -> new Ending(null, null);
                case 5 -> new Ending(List.of(), null);
                default -> new Ending(new Object(), null);
            };
        }

        private Object anyKey() {
            return KEYS.get(random.nextInt(KEYS.size()));
        }

        /** The tick stands still for a few milliseconds at most. */
        private void goTo(long nanos) {
            time.advanceNanos(Math.max(0, nanos));
            if (standingStill && (now() - heldAt >= LONGEST_STANDSTILL || random.nextInt(8) == 0)) {
                time.publishTick();
                heldAt = now();
            }
        }

        private long now() {
            return time.nanos() - origin;
        }

        private Clock clock() {
            return new Clock(now(), time.nanos() - time.tick());
        }

        private ResultCache cache() {
            return (ResultCache) policy.state();
        }

        private Map<String, Number> numbers() {
            return policy.snapshot().numbers();
        }

        private void assertNumbers(int seed) {
            assertThat(numbers())
                    .as("seed %d", seed)
                    .containsEntry("hits", model.hits)
                    .containsEntry("misses", model.misses)
                    .containsEntry("loads", model.loads)
                    .containsEntry("load-failures", model.loadFailures)
                    .containsEntry("stale-served", model.staleServed)
                    .containsEntry("evictions", 0L);
        }

        @Override
        public void close() {
            resilience.close();
        }
    }
}
