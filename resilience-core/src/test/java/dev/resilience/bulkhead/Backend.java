package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A queueing model in model time, closed over a bulkhead: so many servers, each working on one call at a time, the other
 * calls waiting for a server, first come first served. What comes out moves the limit, what comes in is bounded by it.
 *
 * <p>The optimum is known: as many calls as there are servers. With fewer, servers idle; with more, the same gets done, and
 * the rest only waits.
 */
final class Backend {

    /** How long a server works on a call, as a multiple of the mean. */
    interface Service {
        double next(Random random);
    }

    private static final double NANOS_PER_SECOND = 1e9;

    private final ManualTime clock = new ManualTime();
    private final BulkheadPolicy bulkhead;
    private final Random random;
    private final Service service;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final ArrayDeque<FakeCall> queue = new ArrayDeque<>();

    private int servers;
    private double meanSeconds;
    /** Calls per second; without it, whoever is let in is followed by the next at once. */
    private double arrivals;
    /** The share of the calls that fail, and after which share of the usual time. */
    private double failing;

    private Exception failure = new IllegalStateException("down");

    private int busy;
    private long scheduled;
    private long now;
    private double limitNanos;
    private long done;

    Backend(Map<String, String> knobs, int servers, double meanSeconds, Service service, long seed) {
        this.bulkhead = new BulkheadKind()
                .create(
                        "backend",
                        Configurations.of(BulkheadConfiguration.class, knobs),
                        new PolicyContext(clock.time(), event -> {}, List.of()));
        this.servers = servers;
        this.meanSeconds = meanSeconds;
        this.service = service;
        this.random = new Random(seed);
    }

    Backend servers(int changed) {
        servers = changed;
        return this;
    }

    Backend mean(double seconds) {
        meanSeconds = seconds;
        return this;
    }

    /** From now on so many calls come per second; 0 for as many as are let in. */
    Backend arrivals(double perSecond) {
        arrivals = perSecond;
        schedule(now, null);
        return this;
    }

    Backend failing(double share, Exception with) {
        failing = share;
        failure = with;
        return this;
    }

    static Exception timeout() {
        return new SocketTimeoutException("read timed out");
    }

    /** Goes on for so long. */
    Backend run(double seconds) {
        long end = now + (long) (seconds * NANOS_PER_SECOND);
        limitNanos = 0;
        done = 0;
        long began = now;
        saturate();
        while (!events.isEmpty() && events.peek().at <= end) {
            Event event = events.poll();
            limitNanos += (double) limit() * (event.at - now);
            now = event.at;
            if (event.call == null) {
                arrive();
            } else {
                finish(event.call);
            }
            saturate();
        }
        limitNanos += (double) limit() * (end - now);
        now = end;
        limitNanos /= Math.max(1, end - began);
        return this;
    }

    /** The limit in force, on average over the last run. */
    double meanLimit() {
        return limitNanos;
    }

    int limit() {
        return bulkhead.snapshot().numbers().get("limit").intValue();
    }

    /** How many calls were done in the last run. */
    long done() {
        return done;
    }

    double noLoadSeconds() {
        return bulkhead.snapshot().numbers().get("no-load-latency-micros").doubleValue() / 1e6;
    }

    private void arrive() {
        if (arrivals > 0) {
            come();
            schedule(now + (long) (-Math.log(1 - random.nextDouble()) / arrivals * NANOS_PER_SECOND), null);
        }
    }

    private void saturate() {
        while (arrivals == 0 && come()) {
            assertThat(queue.size()).isLessThan(100_000);
        }
    }

    private boolean come() {
        FakeCall call = new FakeCall(() -> now, () -> now);
        if (bulkhead.admit(call) != Admission.proceed()) {
            return false;
        }
        queue.add(call);
        serve();
        return true;
    }

    private void serve() {
        while (busy < servers && !queue.isEmpty()) {
            busy++;
            schedule(now + Math.max(1, (long) (meanSeconds * service.next(random) * NANOS_PER_SECOND)), queue.poll());
        }
    }

    private void finish(FakeCall call) {
        busy--;
        done++;
        bulkhead.settle(
                random.nextDouble() < failing ? call.ended(Outcome.FAILURE, null, failure, true) : call.gave("done"));
        serve();
    }

    private void schedule(long at, FakeCall call) {
        events.add(new Event(at, scheduled++, call));
    }

    private record Event(long at, long number, FakeCall call) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }
}
