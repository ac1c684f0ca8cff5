package dev.resilience.proof;

import dev.resilience.Resilience;
import dev.resilience.ResilienceBuilder;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Hedged;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.recovery.Restartable;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Time;
import java.net.ConnectException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Callers on the clock of a model, who call a dependency through three layers of guards, one inside the other, before,
 * during and after an outage. Each layer has a pipeline of its own that retries. Not thread-safe.
 */
final class Storm {

    static final int CALLERS = 200;
    static final Duration BEFORE = Duration.ofSeconds(30);
    static final Duration OUTAGE = Duration.ofSeconds(60);
    static final Duration AFTER = Duration.ofSeconds(20);
    private static final int LAYERS = 3;
    private static final Duration BEAT = Duration.ofMillis(10);
    private static final Duration ANSWERS_AFTER = Duration.ofMillis(20);
    private static final Duration RESTARTS_FOR = Duration.ofMillis(200);
    private static final Duration CRAWLS_FOR = Duration.ofMillis(400);
    private static final Duration REFUSES_AFTER = Duration.ofMillis(10);

    /** What a layer makes of a failure that comes through it. */
    enum Wrapping {
        PASSES_ON,
        NAMES_THE_CAUSE,
        HIDES_THE_CAUSE;

        Throwable around(Throwable failure) {
            return switch (this) {
                case PASSES_ON -> failure;
                case NAMES_THE_CAUSE -> new IllegalStateException("the layer inside failed", failure);
                case HIDES_THE_CAUSE -> new IllegalStateException("the layer inside failed");
            };
        }
    }

    /** How a dependency is down: altogether, or for one request of ten; or it is merely slow. */
    enum Down {
        REFUSES,
        HANGS,
        FLICKERS,
        CRAWLS
    }

    /** When a caller calls: at fixed times, or some time after the last answer. */
    enum Pace {
        FIFTY_A_SECOND(Duration.ofSeconds(4), false),
        TWO_HUNDRED_A_SECOND(Duration.ofSeconds(1), false),
        AS_FAST_AS_ANSWERED(Duration.ofMillis(250), true);

        private final Duration rest;
        private final boolean waits;

        Pace(Duration rest, boolean waits) {
            this.rest = rest;
            this.waits = waits;
        }
    }

    /**
     * What is different from storm to storm.
     *
     * @param breaker whether the innermost layer has one
     * @param onePolicy whether the layers share one retry policy; else each has its own
     */
    record Weather(Pace pace, Wrapping wrapping, Down down, boolean breaker, boolean onePolicy, boolean reactive) {}

    /**
     * What is configured beside defaults.
     *
     * @param retries none where null
     * @param recoveries none where empty; what they restart works no better afterwards
     * @param openWaitMultiplier how many times as long as the one before each open wait is
     */
    record Knobs(@Nullable Map<String, String> retries, Map<String, String> recoveries, String openWaitMultiplier) {

        static final Knobs USUAL = of(Map.of());

        static Knobs of(Map<String, String> retries) {
            return new Knobs(retries, Map.of(), "1");
        }
    }

    private final ManualTime time = new ManualTime();
    private final long origin = time.nanos();
    private final SplittableRandom random;
    private final Weather weather;
    private final Resilience resilience;
    private final StormReport report = new StormReport(BEFORE, BEFORE.plus(OUTAGE));

    Storm(Weather weather, long seed) {
        this(weather, seed, Knobs.USUAL);
    }

    Storm(Weather weather, long seed, Knobs knobs) {
        this.weather = weather;
        this.random = new SplittableRandom(seed);
        this.resilience = layers(knobs);
    }

    private Resilience layers(Knobs knobs) {
        Time turned = new Time(time, time, new Beside(time), time.time().wall(), random.split()::nextDouble);
        Restartable client = () -> {};
        ResilienceBuilder builder =
                Resilience.builder().time(turned).listener(this::heard).named("client", client);
        builder.policy("timeouts", "brief", Map.of("timeout", "500ms"));
        builder.policy(
                "circuit-breakers",
                "upstream",
                Map.of("open-wait", "2s", "open-wait-multiplier", knobs.openWaitMultiplier));
        for (int layer = 0; layer < LAYERS; layer++) {
            builder.pipeline("layer" + layer, layer(layer, builder, knobs));
        }
        return builder.build();
    }

    private Map<String, String> layer(int layer, ResilienceBuilder builder, Knobs knobs) {
        Map<String, String> policies = new HashMap<>();
        if (knobs.retries != null) {
            builder.policy("retries", "retry" + layer, knobs.retries);
            policies.put("retries", "retry" + (weather.onePolicy ? 0 : layer));
        }
        if (!knobs.recoveries.isEmpty()) {
            builder.policy("recoveries", "recovery" + layer, knobs.recoveries);
            policies.put("recoveries", "recovery" + layer);
        }
        if (layer == LAYERS - 1) {
            policies.put("timeouts", "brief");
        }
        if (layer == LAYERS - 1 && weather.breaker) {
            policies.put("circuit-breakers", "upstream");
        }
        return policies;
    }

    private void heard(ResilienceEvent event) {
        if (event instanceof TriedAgain || event instanceof Hedged) {
            report.retried(now());
        }
    }

    /** Lets it rage. */
    StormReport rage() {
        beat();
        for (int caller = 0; caller < CALLERS; caller++) {
            time.schedule(this::call, weather.pace.rest.toNanos() * caller / CALLERS);
        }
        time.advance(BEFORE.plus(OUTAGE).plus(AFTER));
        return report;
    }

    /** Deadlines look at the time when it beats. */
    private void beat() {
        time.schedule(this::beat, BEAT.toNanos());
    }

    private void call() {
        long begun = now();
        report.offered(begun);
        if (!weather.pace.waits) {
            time.schedule(this::call, weather.pace.rest.toNanos());
        }
        answer().whenComplete((value, failure) -> {
            report.answered(begun, failure == null);
            if (weather.pace.waits) {
                time.schedule(this::call, weather.pace.rest.toNanos());
            }
        });
    }

    private CompletableFuture<String> answer() {
        return weather.reactive ? published(0).toFuture() : promised(0);
    }

    private CompletableFuture<String> promised(int layer) {
        return layer == LAYERS
                ? request()
                : resilience.pipeline("layer" + layer).callAsync(() -> promised(layer + 1)
                        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(wrapped(failure))));
    }

    private Mono<String> published(int layer) {
        return layer == LAYERS
                ? Mono.fromFuture(this::request)
                : resilience.pipeline("layer" + layer).mono(() -> published(layer + 1)
                        .onErrorMap(this::wrapped));
    }

    private Throwable wrapped(Throwable failure) {
        boolean bare = !(failure instanceof CompletionException) || failure.getCause() == null;
        return weather.wrapping.around(bare ? failure : failure.getCause());
    }

    /** The dependency. */
    private CompletableFuture<String> request() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        long arrived = now();
        report.reached(arrived);
        if (report.isDown(arrived) && weather.down == Down.CRAWLS) {
            time.schedule(() -> answer.complete("answer"), CRAWLS_FOR.toNanos());
        } else if (!report.isDown(arrived) || weather.down == Down.FLICKERS && random.nextInt(10) > 0) {
            time.schedule(() -> answer.complete("answer"), ANSWERS_AFTER.toNanos());
        } else if (weather.down != Down.HANGS) {
            Throwable refused = new ConnectException("refused");
            time.schedule(() -> answer.completeExceptionally(refused), REFUSES_AFTER.toNanos());
        }
        return answer;
    }

    private long now() {
        return time.nanos() - origin;
    }

    /** What may take its time ends some time later, and its callers don't wait for it. */
    private record Beside(ManualTime time) implements Scheduler {

        @Override
        public Scheduled schedule(Runnable task, long delayNanos) {
            return time.schedule(task, delayNanos);
        }

        @Override
        public Executor executor() {
            return time.executor();
        }

        @Override
        public Executor bodies() {
            return body -> time.schedule(body, RESTARTS_FOR.toNanos());
        }

        @Override
        public void pause(long nanos) throws InterruptedException {
            time.pause(nanos);
        }

        @Override
        public boolean await(CompletionStage<?> signal, long withinNanos) throws InterruptedException {
            return time.await(signal, withinNanos);
        }
    }
}
