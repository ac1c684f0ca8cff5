package dev.resilience.proof;

import dev.resilience.Pipeline;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/** Callers who come at random, at a mean rate, and call a service through a pipeline. Not thread-safe. */
final class Load {

    private final ManualTime time;
    private final Pipeline pipeline;
    private final Service service;
    private final RandomGenerator random;
    private double perSecond;
    private long served;
    private long failed;
    private long refused;
    private double latencySum;
    private double insideSum;
    private long offered;
    private int most;

    Load(ManualTime time, Pipeline pipeline, Service service, RandomGenerator random, double perSecond) {
        this.time = time;
        this.pipeline = pipeline;
        this.service = service;
        this.random = random;
        this.perSecond = perSecond;
        time.schedule(this::arrive, 0);
    }

    void rate(double callsPerSecond) {
        this.perSecond = callsPerSecond;
    }

    /** The most calls that were at the service at once. */
    int most() {
        return most;
    }

    private void arrive() {
        time.schedule(this::arrive, (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9));
        long begun = time.nanos();
        offered++;
        insideSum += service.inside();
        CompletableFuture<Void> answer = pipeline.callAsync(service::request);
        most = Math.max(most, service.inside());
        if (answer.isCompletedExceptionally()) {
            refused++;
            return;
        }
        answer.whenComplete((value, failure) -> {
            if (failure == null) {
                served++;
                latencySum += (time.nanos() - begun) / 1e9;
            } else {
                failed++;
            }
        });
    }

    /** Lets time go by without looking. */
    Load settle(Duration duration) {
        time.advance(duration);
        return this;
    }

    /** What is seen during this time. Arrivals see time averages. */
    Figures during(Duration duration, IntSupplier limit) {
        served = 0;
        failed = 0;
        refused = 0;
        offered = 0;
        latencySum = 0;
        insideSum = 0;
        double limits = 0;
        int looks = 200;
        for (int look = 0; look < looks; look++) {
            time.advance(duration.dividedBy(looks));
            limits += limit.getAsInt();
        }
        return new Figures(
                served / (duration.toNanos() / 1e9),
                latencySum / Math.max(1, served),
                insideSum / Math.max(1, offered),
                limits / looks,
                (double) refused / Math.max(1, offered),
                (double) failed / Math.max(1, offered));
    }

    /**
     * What was seen.
     *
     * @param throughput values a second
     * @param latency of a value, in seconds
     * @param inside calls at the service, in the mean
     * @param limit of the bulkhead, in the mean
     */
    record Figures(double throughput, double latency, double inside, double limit, double refused, double failed) {

        /** Kleinrock's power: it is greatest where throughput is bought with no latency to speak of. */
        double power() {
            return throughput / latency;
        }

        @Override
        public String toString() {
            return String.format(
                    "%.0f/s in %.1f ms, %.1f inside, limit %.1f, %.0f %% refused, %.1f %% failed",
                    throughput, latency * 1e3, inside, limit, refused * 100, failed * 100);
        }
    }
}
