package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Leaders who give up, or who are refused for reasons of their own, hand the load to the next who waits, and to nobody else. */
class HandedOverLoadTest {

    private static final Duration TOO_LONG = Duration.ofSeconds(30);
    private static final int CALLERS = 60;
    private static final int LEAVING = 20;

    /** How somebody asks, and how he leaves. */
    enum Shape {
        PLAIN,
        STAGE,
        MONO
    }

    @ParameterizedTest
    @EnumSource
    void oneAfterAnotherWhoGivesUpIsFollowedByTheNext(Shape shape) {
        Starters.with(Source.class).run(context -> {
            Source source = context.getBean(Source.class);
            List<Asker> askers = lineUp(shape, context);

            for (int leader = 0; leader < LEAVING; leader++) {
                askers.get(leader).leave();
                askers.get(CALLERS - 1 - leader).leave();
                int loads = leader + 2;
                until(() -> source.begun().size() == loads);
            }
            source.begun().get(LEAVING).complete("the last leader's");

            for (Asker stayed : askers.subList(LEAVING, CALLERS - LEAVING)) {
                assertThat(stayed.answer.get(TOO_LONG.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo("the last leader's");
            }
            assertThat(source.begun()).hasSize(LEAVING + 1);
            assertThat(Askers.number(context, "loads")).isEqualTo(1);
            assertThat(Askers.number(context, "load-failures")).isZero();
            assertThat(Askers.number(context, "misses")).isEqualTo(CALLERS);
        });
    }

    /** One after the other, so that it is known who leads and who is the next. */
    private static List<Asker> lineUp(Shape shape, ApplicationContext context) {
        Source source = context.getBean(Source.class);
        List<Asker> askers = new ArrayList<>();
        for (int number = 1; number <= CALLERS; number++) {
            askers.add(new Asker(shape, source));
            int missed = number;
            until(() -> Askers.number(context, "misses") == missed);
            until(() -> askers.get(missed - 1).isWaiting() && !source.begun().isEmpty());
        }
        return askers;
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.waitAtMost(TOO_LONG)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(condition);
    }

    /** Somebody who asks until he leaves. */
    private static final class Asker {
        private final Runnable leave;
        private final CompletableFuture<String> answer;
        private final Thread thread;

        private Asker(Shape shape, Source source) {
            CompletableFuture<String> plain = new CompletableFuture<>();
            thread = new Thread(() -> ask(source, plain), "asker");
            switch (shape) {
                case PLAIN -> {
                    answer = plain;
                    leave = thread::interrupt;
                    thread.start();
                }
                case STAGE -> {
                    answer = source.stage().toCompletableFuture();
                    leave = () -> answer.cancel(true);
                }
                case MONO -> {
                    answer = plain;
                    Disposable call = source.mono().subscribe(plain::complete, plain::completeExceptionally);
                    leave = call::dispose;
                }
                default -> throw new AssertionError(shape);
            }
        }

        private static void ask(Source source, CompletableFuture<String> answer) {
            try {
                answer.complete(source.plain());
            } catch (Throwable thrown) {
                answer.completeExceptionally(thrown);
            }
        }

        /** Who has a thread stands in line only when that rests. */
        private boolean isWaiting() {
            Thread.State state = thread.getState();
            return state == Thread.State.NEW || state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        }

        private void leave() {
            assertThat(answer).isNotDone();
            leave.run();
        }
    }

    static class Source {
        private final List<CompletableFuture<String>> begun = new CopyOnWriteArrayList<>();

        public List<CompletableFuture<String>> begun() {
            return begun;
        }

        private CompletableFuture<String> begin() {
            CompletableFuture<String> load = new CompletableFuture<>();
            begun.add(load);
            return load;
        }

        @Cached("quotes")
        public String plain() throws Exception {
            return begin().get();
        }

        @Cached("quotes")
        public CompletionStage<String> stage() {
            return begin();
        }

        @Cached("quotes")
        public Mono<String> mono() {
            return Mono.defer(() -> Mono.fromFuture(begin()));
        }
    }

    /** A leader who waits in vain for a seat is refused alone; who leads next waits for one as well, and gets it. */
    @Test
    void whoIsRefusedBeforeTheMethodIsFollowedByTheNext() {
        ManualTime time = new ManualTime();
        Starters.with(Crowded.class).withBean(Time.class, time::time).run(context -> {
            Crowded crowded = context.getBean(Crowded.class);
            CompletableFuture<String> seated = new CompletableFuture<>();
            crowded.quote("other", seated);
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int caller = 0; caller < 10; caller++) {
                answers.add(crowded.quote("key", CompletableFuture.completedFuture("good"))
                        .toCompletableFuture());
            }

            time.advance(Duration.ofMillis(2_500));
            assertThat(answers.subList(0, 2))
                    .allSatisfy(refused -> assertThat(ending(refused)).isInstanceOf(BulkheadFullException.class));
            assertThat(answers.subList(2, 10)).noneMatch(CompletableFuture::isDone);
            seated.complete("done");

            assertThat(answers.subList(2, 10)).allMatch(answer -> "good".equals(ending(answer)));
            assertThat(crowded.loads()).isEqualTo(2);
        });
    }

    static class Crowded {
        private final AtomicInteger loads = new AtomicInteger();

        public int loads() {
            return loads.get();
        }

        @Cached(name = "quotes", key = "#key")
        @Bulkhead(maxConcurrent = "1", maxWait = "1s", maxWaiting = "10")
        public CompletionStage<String> quote(String key, CompletableFuture<String> body) {
            loads.incrementAndGet();
            return body;
        }
    }

    /** Callers of whom some have used up their own limits come at once: those are refused, or served, and nobody else is. */
    @Test
    void whoIsRefusedByHisOwnLimitTakesNobodyWithHim() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Starters.with(Rationed.class).run(context -> {
                Rationed rationed = context.getBean(Rationed.class);
                rationed.quote("greedy", "first");
                for (int round = 0; round < 1_000; round++) {
                    play(threads, rationed, "key " + round);
                }
                assertThat(rationed.loads()).isEqualTo(1_001);
            });
        } finally {
            threads.shutdownNow();
        }
    }

    private static void play(ExecutorService threads, Rationed rationed, String key) throws Exception {
        CyclicBarrier together = new CyclicBarrier(8);
        List<Future<Object>> endings = new ArrayList<>();
        for (int caller = 0; caller < 8; caller++) {
            String agent = caller < 4 ? "greedy" : "modest " + key + caller;
            endings.add(threads.submit(() -> {
                together.await();
                try {
                    return rationed.quote(agent, key);
                } catch (RateLimitedException refused) {
                    return refused;
                }
            }));
        }
        for (int caller = 0; caller < 8; caller++) {
            Object ending = endings.get(caller).get(TOO_LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(caller < 4 && ending instanceof RateLimitedException || ending.equals(key))
                    .as("caller %d of %s: %s", caller, key, ending)
                    .isTrue();
        }
    }

    static class Rationed {
        private final AtomicInteger loads = new AtomicInteger();

        public int loads() {
            return loads.get();
        }

        @Cached(name = "quotes", key = "#key")
        @RateLimited(limits = "1/1h", key = "#agent")
        public String quote(String agent, String key) {
            loads.incrementAndGet();
            return key;
        }
    }

    private static Object ending(CompletableFuture<String> answer) {
        try {
            return answer.getNow("not yet");
        } catch (CompletionException failed) {
            return failed.getCause();
        } catch (CancellationException cancelled) {
            return cancelled;
        }
    }
}
