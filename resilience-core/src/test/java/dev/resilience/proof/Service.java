package dev.resilience.proof;

import dev.resilience.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * What stands behind a guarded call in the books of queueing theory: c servers and one line without end, first come first
 * served. Its servers and their speed change while it runs. Not thread-safe.
 */
final class Service {

    /** How long a service takes. */
    enum Law {
        EXPONENTIAL {
            @Override
            double draw(RandomGenerator random) {
                return -Math.log(1 - random.nextDouble());
            }
        },
        DETERMINISTIC {
            @Override
            double draw(RandomGenerator random) {
                return 1;
            }
        };

        /** One of mean 1. */
        abstract double draw(RandomGenerator random);
    }

    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final Law law;
    private final Deque<CompletableFuture<Void>> line = new ArrayDeque<>();
    private Duration mean;
    private int servers;
    private int busy;

    Service(Scheduler scheduler, RandomGenerator random, Law law, int servers, Duration mean) {
        this.scheduler = scheduler;
        this.random = random;
        this.law = law;
        this.servers = servers;
        this.mean = mean;
    }

    /** From now on there are so many servers, of this speed. Who is being served is served to the end. */
    void becomes(int number, Duration speed) {
        servers = number;
        mean = speed;
        serve();
    }

    CompletableFuture<Void> request() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        line.add(answer);
        serve();
        return answer;
    }

    private void serve() {
        while (busy < servers && !line.isEmpty()) {
            CompletableFuture<Void> next = line.remove();
            busy++;
            scheduler.schedule(() -> served(next), (long) (mean.toNanos() * law.draw(random)));
        }
    }

    private void served(CompletableFuture<Void> answer) {
        busy--;
        answer.complete(null);
        serve();
    }

    /** Requests that are being served or wait for it. */
    int inside() {
        return busy + line.size();
    }
}
