package dev.resilience.proof;

import dev.resilience.Resilience;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What really passes between the attempts of calls that fail for ever, under virtual time and with seeded chance. */
final class Waits {

    /** The shape the calls have. */
    enum Shape {
        BLOCKING,
        STAGE,
        MONO,
        FLUX
    }

    private final ManualTime time = new ManualTime();
    private final SplittableRandom random;
    private final Resilience resilience;
    private final List<Long> instants = new ArrayList<>();

    /** Calls that are retried with these knobs, without a budget. The knobs are the seed. */
    Waits(Map<String, String> knobs) {
        Map<String, String> all = new HashMap<>(knobs);
        all.putIfAbsent("budget", "false");
        random = new SplittableRandom(new TreeMap<>(all).toString().hashCode());
        Time turned = new Time(time, time, time, time.time().wall(), random::nextDouble);
        resilience = Resilience.builder()
                .time(turned)
                .policy("retries", "r", all)
                .pipeline("p", Map.of("retries", "r"))
                .build();
    }

    /** The waits of one call. */
    List<Duration> ofOne(Shape shape) {
        instants.clear();
        begin(shape);
        time.advance(Duration.ofDays(1));
        List<Duration> waits = new ArrayList<>();
        for (int attempt = 1; attempt < instants.size(); attempt++) {
            waits.add(Duration.ofNanos(instants.get(attempt) - instants.get(attempt - 1)));
        }
        return waits;
    }

    private void begin(Shape shape) {
        var pipeline = resilience.pipeline("p");
        switch (shape) {
            case BLOCKING -> block();
            case STAGE -> pipeline.callAsync(() -> CompletableFuture.failedFuture(failure()));
            case MONO ->
                pipeline.mono(() -> Mono.error(failure())).onErrorComplete().subscribe();
            case FLUX ->
                pipeline.flux(() -> Flux.error(failure())).onErrorComplete().subscribe();
        }
    }

    private void block() {
        try {
            resilience.pipeline("p").call(() -> {
                throw failure();
            });
        } catch (Exception failed) {
            // as it should
        }
    }

    private Exception failure() {
        instants.add(time.nanos());
        return new Failure();
    }

    /** Of so many calls the first waits, the second waits, and so on, in nanoseconds. */
    double[][] ofMany(int calls, int retries) {
        double[][] waits = new double[retries][calls];
        for (int call = 0; call < calls; call++) {
            instants.clear();
            block();
            for (int retry = 0; retry < retries; retry++) {
                waits[retry][call] = instants.get(retry + 1) - instants.get(retry);
            }
        }
        return waits;
    }

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        private Failure() {
            super("down", null, false, false);
        }
    }
}
