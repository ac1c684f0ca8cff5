package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Calls of cached methods with a bulkhead and a timeout inside that leave by every door, in all shapes beside each other on the
 * same few keys: everybody's call ends, afterwards all seats are free and the next call of each key is answered.
 */
class CachedExitsTest {

    private static final Logger LOG = LoggerFactory.getLogger(CachedExitsTest.class);
    private static final Duration TOO_LONG = Duration.ofMinutes(1);
    private static final int WALKERS = 8;
    private static final int CALLS_OF_A_WALK = 500;
    private static final int KEYS = 6;
    private static final int SEATS = 2;
    private static final int FEW = 20;
    private static final long LONGEST_MICROS = 300;

    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2);

    @Test
    void nothingIsLeftOfAHundredThousandCalls() throws Exception {
        prove(100_000);
    }

    @Tag("long")
    @Test
    void nothingIsLeftOfTwoMillionCalls() throws Exception {
        prove(2_000_000);
    }

    private void prove(int calls) throws Exception {
        ExecutorService walkers = Executors.newFixedThreadPool(WALKERS);
        try {
            Starters.with(Source.class)
                    .withBean(ScheduledExecutorService.class, () -> later)
                    .run(context -> {
                        Map<Exit, Integer> exits = new EnumMap<>(Exit.class);
                        for (int round = 0; round < calls / WALKERS / CALLS_OF_A_WALK; round++) {
                            walk(walkers, context, round).forEach(exit -> exits.merge(exit, 1, Integer::sum));
                            assertNothingIsLeft(context, round);
                        }
                        LOG.info("{}", exits);
                        assertThat(exits).containsOnlyKeys(Exit.values());
                        assertThat(exits.values()).allMatch(times -> times > FEW);
                    });
        } finally {
            walkers.shutdownNow();
            later.shutdownNow();
        }
    }

    private List<Exit> walk(ExecutorService walkers, ApplicationContext context, int round) throws Exception {
        List<Callable<List<CompletableFuture<Exit>>>> walks = new ArrayList<>();
        for (int walker = 0; walker < WALKERS; walker++) {
            SplittableRandom random = new SplittableRandom(round * (long) WALKERS + walker);
            walks.add(() -> new Walk(context.getBean(Source.class), random).call());
        }
        List<Exit> exits = new ArrayList<>();
        for (Future<List<CompletableFuture<Exit>>> walk : walkers.invokeAll(walks)) {
            for (CompletableFuture<Exit> exit : walk.get()) {
                exits.add(exit.get(TOO_LONG.toSeconds(), TimeUnit.SECONDS));
            }
        }
        return exits;
    }

    private static void assertNothingIsLeft(ApplicationContext context, int round) throws Exception {
        Awaitility.waitAtMost(TOO_LONG).pollInterval(Duration.ofMillis(1)).untilAsserted(() -> assertThat(
                        seats(context))
                .as("round %d", round)
                .containsEntry("in-use", 0)
                .containsEntry("waiting", 0)
                .containsEntry("available", SEATS));
        Source source = context.getBean(Source.class);
        for (int key = 0; key < KEYS; key++) {
            assertThat(source.stage(key, Work.DONE).toCompletableFuture().get(TOO_LONG.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("done");
        }
    }

    private static Map<String, Number> seats(ApplicationContext context) {
        return context.getBean(PolicyRegistry.class)
                .find("bulkheads", "source")
                .orElseThrow()
                .snapshot()
                .numbers();
    }

    enum Exit {
        VALUE,
        EXCEPTION,
        ERROR,
        REFUSED,
        EXPIRED,
        INTERRUPTED,
        CANCELLED,
        NEVER_SUBSCRIBED;

        /** @param leaves whether this caller is about to leave by himself: nobody else's leaving is his */
        static Exit of(Throwable failure, boolean leaves) {
            Exit exit = of(failure);
            if (!leaves && (exit == INTERRUPTED || exit == CANCELLED)) {
                throw new AssertionError("another caller's leaving came through", failure);
            }
            return exit;
        }

        private static Exit of(Throwable failure) {
            return switch (failure.getClass().getSimpleName()) {
                case "AssertionError" -> ERROR;
                case "IllegalStateException" -> EXCEPTION;
                case "BulkheadFullException" -> REFUSED;
                case "CallTimedOutException" -> EXPIRED;
                case "InterruptedException" -> INTERRUPTED;
                case "CancellationException" -> CANCELLED;
                default -> throw new AssertionError("nobody threw that", failure);
            };
        }
    }

    /** What the method does. @param micros how long it takes */
    record Work(int end, long micros) {

        private static final Work DONE = new Work(2, 0);

        private static Work any(SplittableRandom random) {
            boolean tooLong = random.nextInt(12) == 0;
            return new Work(random.nextInt(6), tooLong ? 50 * LONGEST_MICROS : random.nextLong(LONGEST_MICROS));
        }

        private String give() {
            switch (end) {
                case 0 -> throw new IllegalStateException("the work failed");
                case 1 -> throw new AssertionError("the work is broken");
                default -> {
                    return "done";
                }
            }
        }
    }

    /** The calls of one thread; some are waited for. */
    private final class Walk {
        private final Source source;
        private final SplittableRandom random;
        private final List<CompletableFuture<Exit>> exits = new ArrayList<>();

        private Walk(Source source, SplittableRandom random) {
            this.source = source;
            this.random = random;
        }

        private List<CompletableFuture<Exit>> call() throws Exception {
            for (int call = 0; call < CALLS_OF_A_WALK; call++) {
                int key = random.nextInt(KEYS);
                Work work = Work.any(random);
                CompletableFuture<Exit> exit = new CompletableFuture<>();
                exits.add(exit);
                switch (random.nextInt(3)) {
                    case 0 -> exit.complete(plain(key, work));
                    case 1 -> stage(key, work, exit);
                    default -> mono(key, work, exit);
                }
                if (random.nextInt(4) > 0) {
                    exit.get(TOO_LONG.toSeconds(), TimeUnit.SECONDS);
                }
            }
            return exits;
        }

        private Exit plain(int key, Work work) {
            Interrupter interrupter = new Interrupter(Thread.currentThread());
            boolean leaves = random.nextInt(6) == 0;
            if (leaves) {
                later.schedule(interrupter, random.nextLong(LONGEST_MICROS), TimeUnit.MICROSECONDS);
            }
            try {
                source.plain(key, work);
                return Exit.VALUE;
            } catch (Throwable thrown) {
                return Exit.of(thrown, leaves);
            } finally {
                interrupter.end();
            }
        }

        private void stage(int key, Work work, CompletableFuture<Exit> exit) {
            CompletableFuture<String> answer = source.stage(key, work).toCompletableFuture();
            boolean leaves = random.nextInt(6) == 0;
            answer.whenComplete((value, failure) -> end(exit, failure, leaves));
            if (leaves) {
                later.schedule(() -> answer.cancel(true), random.nextLong(LONGEST_MICROS), TimeUnit.MICROSECONDS);
            }
        }

        private void mono(int key, Work work, CompletableFuture<Exit> exit) {
            Mono<String> mono = source.mono(key, work);
            if (random.nextInt(10) == 0) {
                exit.complete(Exit.NEVER_SUBSCRIBED);
                return;
            }
            Disposable call =
                    mono.subscribe(value -> exit.complete(Exit.VALUE), failure -> exit.complete(Exit.of(failure)));
            if (random.nextInt(6) == 0) {
                Runnable leave = () -> {
                    exit.complete(Exit.CANCELLED);
                    call.dispose();
                };
                later.schedule(leave, random.nextLong(LONGEST_MICROS), TimeUnit.MICROSECONDS);
            }
        }
    }

    private static void end(CompletableFuture<Exit> exit, @Nullable Throwable failure, boolean leaves) {
        try {
            exit.complete(failure == null ? Exit.VALUE : Exit.of(failure, leaves));
        } catch (AssertionError foreign) {
            exit.completeExceptionally(foreign);
        }
    }

    /** Interrupts a caller while he is in his call, and not after. */
    private static final class Interrupter implements Runnable {
        private final Thread caller;
        private boolean over;

        private Interrupter(Thread caller) {
            this.caller = caller;
        }

        @Override
        public synchronized void run() {
            if (!over) {
                caller.interrupt();
            }
        }

        private synchronized void end() {
            over = true;
            Thread.interrupted();
        }
    }

    static class Source {
        private final ScheduledExecutorService later;

        Source(ScheduledExecutorService later) {
            this.later = later;
        }

        @Cached(name = "source", key = "#key", ttl = "1ms")
        @Bulkhead(name = "source", maxConcurrent = "" + SEATS, maxWait = "1ms", maxWaiting = "10")
        @Timeout(name = "source", timeout = "5ms")
        public String plain(int key, Work work) throws InterruptedException {
            new CountDownLatch(1).await(work.micros(), TimeUnit.MICROSECONDS);
            return work.give();
        }

        @Cached(name = "source", key = "#key")
        @Bulkhead("source")
        @Timeout("source")
        public CompletionStage<String> stage(int key, Work work) {
            if (work.micros() == 0) {
                return CompletableFuture.completedFuture(work.give());
            }
            CompletableFuture<String> answer = new CompletableFuture<>();
            later.schedule(() -> answer.completeAsync(work::give, Runnable::run), work.micros(), TimeUnit.MICROSECONDS);
            return answer;
        }

        @Cached(name = "source", key = "#key")
        @Bulkhead("source")
        @Timeout("source")
        public Mono<String> mono(int key, Work work) {
            return Mono.defer(() -> Mono.fromFuture(stageOf(work)));
        }

        private CompletableFuture<String> stageOf(Work work) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            later.schedule(() -> answer.completeAsync(work::give, Runnable::run), work.micros(), TimeUnit.MICROSECONDS);
            return answer;
        }
    }
}
