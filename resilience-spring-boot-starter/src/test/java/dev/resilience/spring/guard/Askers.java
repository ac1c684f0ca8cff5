package dev.resilience.spring.guard;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.time.VirtualThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.reactivestreams.Publisher;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;

/** Callers who all ask a cached method for one result at once, in every shape of a method that gives one value. */
final class Askers implements AutoCloseable {

    private static final int CALLING_THREADS = 16;
    private static final int STACK = 512 * 1024;
    private static final long TOO_LONG_SECONDS = 120;

    private final Shape shape;
    private final ApplicationContext context;
    private final int callers;
    private final ExecutorService threads;

    Askers(Shape shape, ApplicationContext context, int callers) {
        this.shape = shape;
        this.context = context;
        this.callers = callers;
        this.threads = shape.threads(callers);
    }

    /** All begin together: each on a thread of its own, or sixteen threads with many calls each. */
    List<CompletableFuture<Object>> ask(Round round) throws InterruptedException {
        List<CompletableFuture<Object>> answers = new ArrayList<>(callers);
        for (int call = 0; call < callers; call++) {
            answers.add(new CompletableFuture<>());
        }
        int busy = shape.takesAThread() ? callers : CALLING_THREADS;
        CountDownLatch ready = new CountDownLatch(busy);
        CountDownLatch start = new CountDownLatch(1);
        for (int thread = 0; thread < busy; thread++) {
            int first = thread;
            threads.execute(() -> {
                ready.countDown();
                awaitQuietly(start);
                for (int call = first; call < callers; call += busy) {
                    shape.ask(context, round, answers.get(call));
                }
            });
        }
        if (!ready.await(TOO_LONG_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("not all threads began");
        }
        start.countDown();
        return answers;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** What everybody was given or had to catch. */
    static List<Object> endings(List<CompletableFuture<Object>> answers) throws Exception {
        List<Object> endings = new ArrayList<>(answers.size());
        for (CompletableFuture<Object> answer : answers) {
            endings.add(answer.handle((value, failure) -> failure == null ? value : failure)
                    .get(TOO_LONG_SECONDS, TimeUnit.SECONDS));
        }
        return endings;
    }

    long number(String name) {
        return number(context, name);
    }

    /** A number of the cache. */
    static long number(ApplicationContext context, String name) {
        return context.getBean(PolicyRegistry.class)
                .find("caches", "quotes")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(name)
                .longValue();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** What one key is loaded with: one value or failure for the first load, others for any more of them. */
    static final class Round {
        private final String key;
        private final Object ending;
        private final AtomicInteger loads = new AtomicInteger();
        private final CompletableFuture<Object> gate = new CompletableFuture<>();

        /** @param ending a value, or a failure */
        Round(String key, Object ending) {
            this.key = key;
            this.ending = ending;
        }

        public String getKey() {
            return key;
        }

        Object ending() {
            return ending;
        }

        int loads() {
            return loads.get();
        }

        /** Lets the loads end. */
        Round open() {
            gate.complete("open");
            return this;
        }

        private CompletableFuture<Object> begin() {
            boolean first = loads.incrementAndGet() == 1;
            CompletableFuture<Object> answer = new CompletableFuture<>();
            gate.thenAccept(open -> {
                if (ending instanceof Throwable failure) {
                    answer.completeExceptionally(first ? failure : new IllegalStateException("another load"));
                } else {
                    answer.complete(first ? ending : new Object());
                }
            });
            return answer;
        }
    }

    /** How the method gives its value, and who calls it. */
    enum Shape {
        PLAIN {
            @Override
            ExecutorService threads(int callers) {
                return Executors.newFixedThreadPool(callers, work -> new Thread(null, work, "caller", STACK));
            }
        },
        PLAIN_ON_VIRTUAL_THREADS {
            @Override
            ExecutorService threads(int callers) {
                var virtual = VirtualThreads.named("caller");
                Assumptions.assumeTrue(virtual.isPresent(), "this JVM has no virtual threads; it takes 21 or later");
                return Executors.newFixedThreadPool(callers, virtual.get());
            }
        },
        STAGE {
            @Override
            void ask(ApplicationContext context, Round round, CompletableFuture<Object> answer) {
                context.getBean(Source.class)
                        .stage(round)
                        .whenComplete((value, failure) -> tell(answer, value, failure));
            }
        },
        MONO {
            @Override
            void ask(ApplicationContext context, Round round, CompletableFuture<Object> answer) {
                context.getBean(Source.class).mono(round).subscribe(answer::complete, answer::completeExceptionally);
            }
        },
        SUSPEND {
            @Override
            void ask(ApplicationContext context, Round round, CompletableFuture<Object> answer) {
                GuardedMethod suspending = context.getBean(Guards.class).methods().stream()
                        .filter(method -> method.operation().equals("Source.suspending"))
                        .findFirst()
                        .orElseThrow();
                Mono.from(resumed(suspending, round)).subscribe(answer::complete, answer::completeExceptionally);
            }
        };

        ExecutorService threads(int callers) {
            return Executors.newFixedThreadPool(CALLING_THREADS);
        }

        boolean takesAThread() {
            return this == PLAIN || this == PLAIN_ON_VIRTUAL_THREADS;
        }

        void ask(ApplicationContext context, Round round, CompletableFuture<Object> answer) {
            try {
                answer.complete(context.getBean(Source.class).plain(round));
            } catch (Throwable thrown) {
                answer.completeExceptionally(thrown);
            }
        }

        private static void tell(
                CompletableFuture<Object> answer, @Nullable Object value, @Nullable Throwable failure) {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        }

        /** As Spring invokes a function of Kotlin: what it gives is a Mono by then. */
        private static Publisher<?> resumed(GuardedMethod suspending, Round round) {
            try {
                return (Publisher<?>) suspending.invoke(
                        new Object[] {round, null}, () -> Mono.defer(() -> Mono.fromFuture(round.begin())));
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    /** What is asked. */
    static class Source {

        @Cached(name = "quotes", key = "#round.key")
        public Object plain(Round round) throws Throwable {
            try {
                return round.begin().join();
            } catch (CompletionException wrapped) {
                throw wrapped.getCause();
            }
        }

        @Cached(name = "quotes", key = "#round.key")
        public CompletionStage<Object> stage(Round round) {
            return round.begin();
        }

        @Cached(name = "quotes", key = "#round.key")
        public Mono<Object> mono(Round round) {
            return Mono.defer(() -> Mono.fromFuture(round.begin()));
        }

        @Cached(name = "quotes", key = "#round.key")
        public Object suspending(Round round, Continuation<? super Object> continuation) {
            throw new UnsupportedOperationException("Spring calls it as Kotlin would, and gives a Mono");
        }
    }
}
