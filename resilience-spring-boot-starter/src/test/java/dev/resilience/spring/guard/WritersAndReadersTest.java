package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.guard.Shaped.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Readers and writers of one key in every shape, on threads of their own. Reads are numbered. Who asks after a writer has
 * returned is given no read that was made before the writer had written; and where results are dropped before the method, who
 * asks while the method runs, or later, is given no read that was made before the writer was called.
 */
class WritersAndReadersTest {

    private static final int READERS = 2;
    private static final int WRITES_IN_A_ROW = 20;
    private static final List<Shape> SHAPES = List.of(Shape.PLAIN, Shape.STAGE, Shape.MONO);

    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong overtaken = new AtomicLong();
    private final AtomicLong tooOld = new AtomicLong();
    private final AtomicLong hits = new AtomicLong();

    @Test
    void twoThousandWritesThatDropAfterwards() {
        race(After.class, 2_000);
    }

    @Test
    void twoThousandWritesThatDropBefore() {
        race(Before.class, 2_000);
    }

    @Tag("long")
    @Test
    void aHundredThousandWritesThatDropAfterwards() {
        race(After.class, 100_000);
    }

    @Tag("long")
    @Test
    void aHundredThousandWritesThatDropBefore() {
        race(Before.class, 100_000);
    }

    private void race(Class<? extends Shaped> writers, int writes) {
        Starters.with(Quotes.class)
                .withBean(writers)
                .withPropertyValues("resilience.caches.quotes.ttl=1h")
                .run(context -> {
                    race(context.getBean(Quotes.class), context.getBean(writers), writes);

                    assertThat(tooOld).hasValue(0);
                    assertThat(hits).as("hits").hasPositiveValue();
                    assertThat(reads).as("reads").hasPositiveValue();
                    assertThat(invalidations(context)).isEqualTo(writes);
                });
    }

    private void race(Quotes quotes, Shaped writers, int writes) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(READERS + 1);
        try {
            Future<?> writing = executor.submit(() -> write(writers, writes));
            List<Future<?>> all = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                SplittableRandom random = new SplittableRandom(reader);
                all.add(executor.submit(() -> read(quotes, random, writing)));
            }
            all.add(writing);
            for (Future<?> one : all) {
                one.get(9, TimeUnit.MINUTES);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private void write(Shaped writers, int writes) {
        SplittableRandom random = new SplittableRandom(writes);
        boolean before = writers instanceof Before;
        for (int each = 0; each < writes; each++) {
            long called = reads.get();
            AtomicLong written = new AtomicLong();
            any(random).call(writers, "key", () -> {
                overtaken.accumulateAndGet(before ? called : 0, Math::max);
                written.set(before ? 0 : reads.get());
                return "done";
            });
            overtaken.accumulateAndGet(written.get(), Math::max);
            if (random.nextInt(4) == 0) {
                Thread.yield();
            }
            if (each % WRITES_IN_A_ROW == 0) {
                awaitAnotherHit();
            }
        }
    }

    /** Else a writer may be done before any reader was given what is kept. */
    private void awaitAnotherHit() {
        for (long known = hits.get();
                hits.get() == known && !Thread.currentThread().isInterrupted(); ) {
            Thread.yield();
        }
    }

    private void read(Quotes quotes, SplittableRandom random, Future<?> writing) {
        while (!writing.isDone()) {
            long least = overtaken.get();
            long before = reads.get();
            long given = Long.parseLong(any(random).call(quotes, "key", () -> {
                long read = reads.incrementAndGet();
                Thread.yield();
                return String.valueOf(read);
            }));
            tooOld.addAndGet(given <= least ? 1 : 0);
            hits.addAndGet(given <= before ? 1 : 0);
            Thread.yield();
        }
    }

    private static Shape any(SplittableRandom random) {
        return SHAPES.get(random.nextInt(SHAPES.size()));
    }

    private static long invalidations(ApplicationContext context) {
        return context.getBean(PolicyRegistry.class)
                .find("cache-invalidations", "quotes")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get("invalidations")
                .longValue();
    }

    /** Two thirds of the reads are made on threads that are nobody's. */
    static class Quotes extends Shaped.Single {

        @Override
        @Cached(name = "quotes", key = "#key")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return CompletableFuture.supplyAsync(body);
        }

        @Override
        @Cached(name = "quotes", key = "#key")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body).subscribeOn(Schedulers.parallel());
        }
    }

    static class After extends Shaped.Single {

        @Override
        @CacheInvalidate(name = "quotes", key = "#key")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @CacheInvalidate(name = "quotes", key = "#key")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @CacheInvalidate(name = "quotes", key = "#key")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class Before extends Shaped.Single {

        @Override
        @CacheInvalidate(name = "quotes", key = "#key", before = true)
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @CacheInvalidate(name = "quotes", key = "#key", before = true)
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @CacheInvalidate(name = "quotes", key = "#key", before = true)
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }
}
