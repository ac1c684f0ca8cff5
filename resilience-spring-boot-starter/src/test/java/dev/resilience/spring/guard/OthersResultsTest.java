package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.guard.Someone.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Nobody is ever given what was loaded for somebody else: random callers ask for random things in every shape, on several
 * threads, while results are evicted, loads fail, and earlier results stand in for them. Names and keys are chosen so that they
 * would be mistaken for each other if anything were glued together.
 */
class OthersResultsTest {

    private static final int THREADS = 4;
    private static final List<String> WORDS = List.of(
            "a",
            "b",
            "ab",
            "ba",
            "a,b",
            "a, b",
            "",
            "null",
            "(null)",
            "AaBB",
            "BBAa",
            "203.0.113.7",
            "1",
            "anonymousUser");

    /** Nothing may be given to all who wait for a load that fails, though their own wouldn't have. */
    private final Queue<String> others = new ConcurrentLinkedQueue<>();

    @Test
    void ofAHundredThousandCalls() {
        ask(100_000);
    }

    @Test
    @Tag("long")
    void ofAMillionCalls() {
        ask(1_000_000);
    }

    private void ask(int calls) {
        runner().run(context -> {
            Books books = context.getBean(Books.class);
            everywhere(thread -> ask(books, new SplittableRandom(thread), calls / THREADS));

            Map<String, Number> numbers = context.getBean(PolicyRegistry.class)
                    .find("caches", "books")
                    .orElseThrow()
                    .snapshot()
                    .numbers();
            assertThat(others).isEmpty();
            assertThat(numbers.get("hits").longValue()).isGreaterThan(calls / 10);
            assertThat(numbers.get("loads").longValue()).isPositive();
            assertThat(numbers.get("load-failures").longValue()).isPositive();
            assertThat(numbers.get("passed-by").longValue()).isPositive();
        });
    }

    private void ask(Books books, SplittableRandom random, int calls) {
        for (int call = 0; call < calls; call++) {
            Shape shape = Shape.ALL.get(random.nextInt(Shape.ALL.size()));
            String name = random.nextInt(10) == 0 ? null : WORDS.get(1 + random.nextInt(WORDS.size() - 1));
            String key = WORDS.get(random.nextInt(WORDS.size()));
            boolean fails = random.nextInt(10) == 0;
            String own = (name == null ? "nobody" : "<" + name + ">") + " reads " + key;
            Someone caller = name == null ? Someone.ANONYMOUS : Someone.called(name);
            String given = shape.call(caller, books, key, fails ? OthersResultsTest::failure : () -> own);
            if (!own.equals(given) && !Books.NOTHING.equals(given)) {
                others.add(own + ", and is given that " + given);
            }
        }
    }

    private static String failure() {
        throw new IllegalStateException("the archive is closed");
    }

    private interface Work {
        void on(int thread);
    }

    private static void everywhere(Work work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            all.add(threads.submit(() -> work.on(number)));
        }
        for (Future<?> one : all) {
            one.get();
        }
        threads.shutdown();
    }

    /** Room for a third of the results. */
    private static ApplicationContextRunner runner() {
        return Starters.with(Books.class)
                .withPropertyValues("resilience.caches.books.max-entries=60", "resilience.caches.books.ttl=1h");
    }

    /** Half of the work is done on threads that are nobody's. */
    static class Books extends Shaped.Single {

        static final String NOTHING = "nothing";

        @Override
        @Cached(name = "books", key = "#key", varyBy = "principal")
        @Fallback(lastGood = "1h", returning = NOTHING)
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "books", key = "#key", varyBy = "principal")
        @Fallback(lastGood = "1h", returning = NOTHING)
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return CompletableFuture.supplyAsync(body);
        }

        @Override
        @Cached(name = "books", key = "#key", varyBy = "principal")
        @Fallback(lastGood = "1h", returning = NOTHING)
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body).subscribeOn(Schedulers.parallel());
        }
    }
}
