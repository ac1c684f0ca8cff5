package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.guard.Waiter.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Limits that are about failures, or successes, alone: in every shape, whatever becomes of a call. */
class ChargeOnTest {

    private static final int GUESSES = 64;
    private static final int LIMIT = 5;
    private static final int SEATS = 100;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualTime time = new ManualTime();

    /** What becomes of a call, and which limits are about it. */
    enum Ending {
        VALUE("call, success"),
        EXCEPTION("call, failure"),
        ERROR("call, failure"),
        CANCELLED("call, failure"),
        EXPIRED("call, failure"),
        REFUSED_FURTHER_IN("nobody");

        private final String charges;

        Ending(String charges) {
            this.charges = charges;
        }

        boolean isCharged(String chargeOn) {
            return charges.contains(chargeOn);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PLAIN, call", "PLAIN, failure", "PLAIN, success",
        "STAGE, call", "STAGE, failure", "STAGE, success",
        "MONO, call", "MONO, failure", "MONO, success",
        "FLUX, call", "FLUX, failure", "FLUX, success"
    })
    void aCallStaysChargedIfItEndedAsTheLimitMeans(Shape shape, String chargeOn) {
        in(chargeOn, 1, login -> {
            for (Ending ending : Ending.values()) {
                letEnd(ending, shape, login);
                assertThat(passes(shape, login)).as("after %s", ending).isEqualTo(!ending.isCharged(chargeOn));
                time.advance(MINUTE);
            }
        });
    }

    /** All of them are on their way before the first one is known to be wrong. */
    @ParameterizedTest
    @EnumSource
    void ofGuessesSideBySideNoMoreThanTheLimitFail(Shape shape) {
        in("failure", LIMIT, login -> {
            List<Waiter> guesses = IntStream.range(0, GUESSES)
                    .mapToObj(guess -> shape.call(login, Ending.CANCELLED.ordinal()))
                    .toList();
            assertThat(guesses.stream().filter(guess -> !guess.ending.isDone())).hasSize(LIMIT);
            guesses.stream().filter(guess -> !guess.ending.isDone()).forEach(Waiter::leave);

            assertThat(passes(shape, login)).isFalse();
            time.advance(MINUTE);
            assertThat(passes(shape, login)).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoeverGuessesRightAllTheTimeIsNeverRefused(Shape shape) {
        in("failure", LIMIT, login -> {
            for (int call = 0; call < 1_000; call++) {
                assertThat(passes(shape, login)).isTrue();
            }
        });
    }

    /** Right and wrong guesses of 64 threads at once: five wrong ones, and never a sixth; afterwards nobody comes in. */
    @ParameterizedTest
    @EnumSource
    void amongRightGuessesTheWrongOnesAreCounted(Shape shape) {
        in("failure", LIMIT, login -> {
            for (int round = 0; round < 20; round++) {
                AtomicInteger wrong = new AtomicInteger();
                together(seed -> guess(shape, login, new SplittableRandom(seed), wrong));
                assertThat(wrong).hasValue(LIMIT);
                assertThat(passes(shape, login)).isFalse();
                time.advance(MINUTE);
            }
        });
    }

    private static void guess(Shape shape, Login login, SplittableRandom random, AtomicInteger wrong) {
        boolean refused = false;
        for (int guess = 0; guess < 20 || !refused && wrong.get() < LIMIT; guess++) {
            Ending ending = random.nextInt(4) == 0 ? Ending.EXCEPTION : Ending.VALUE;
            Throwable told = failure(shape, login, ending);
            refused = told instanceof RateLimitedException;
            wrong.addAndGet(told instanceof IllegalStateException ? 1 : 0);
        }
    }

    private static Throwable failure(Shape shape, Login login, Ending ending) {
        if (shape != Shape.PLAIN) {
            return shape.call(login, ending.ordinal()).failure();
        }
        try {
            login.plain(ending.ordinal());
            return null;
        } catch (RuntimeException thrown) {
            return thrown;
        }
    }

    private static boolean passes(Shape shape, Login login) {
        Throwable failure = failure(shape, login, Ending.VALUE);
        if (failure != null) {
            assertThat(failure).isInstanceOf(RateLimitedException.class);
        }
        return failure == null;
    }

    private void letEnd(Ending ending, Shape shape, Login login) {
        if (ending == Ending.REFUSED_FURTHER_IN) {
            IntStream.range(0, SEATS).forEach(seat -> login.sit());
        }
        Waiter call = shape.call(login, ending.ordinal());
        switch (ending) {
            case CANCELLED -> call.leave();
            case EXPIRED -> time.advance(Duration.ofSeconds(20));
            case REFUSED_FURTHER_IN -> login.standUp();
            case VALUE, EXCEPTION, ERROR -> {}
        }
        if (shape == Shape.PLAIN) {
            call.ending
                    .orTimeout(30, TimeUnit.SECONDS)
                    .handle((value, failure) -> value)
                    .join();
        }
    }

    private void in(String chargeOn, int limit, Consumer<Login> story) {
        Starters.with(Login.class)
                .withPropertyValues("charge-on=" + chargeOn, "limit=" + limit)
                .withBean(Time.class, time::time)
                .run(context -> story.accept(context.getBean(Login.class)));
    }

    private static void together(Consumer<Integer> deed) {
        ExecutorService threads = Executors.newFixedThreadPool(GUESSES);
        CyclicBarrier start = new CyclicBarrier(GUESSES);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int seed = 0; seed < GUESSES; seed++) {
                int mine = seed;
                all.add(threads.submit((Callable<?>) () -> {
                    start.await();
                    deed.accept(mine);
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        } catch (Exception failed) {
            throw new AssertionError(failed);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Its calls end as their number says. */
    static class Login implements Waiter.Throttled {
        private final Queue<CompletableFuture<Object>> taken = new ConcurrentLinkedQueue<>();

        @Override
        @Timeout(total = "20s")
        @RateLimited(name = "login", limits = "${limit}/1m", chargeOn = "${charge-on}")
        @Bulkhead(name = "seats", maxConcurrent = "100")
        public Object plain(int ending) {
            return switch (Ending.values()[ending]) {
                case VALUE -> "in";
                case CANCELLED, EXPIRED -> rest();
                default -> fail(ending);
            };
        }

        @Override
        @Timeout(total = "20s")
        @RateLimited(name = "login", limits = "${limit}/1m", chargeOn = "${charge-on}")
        @Bulkhead(name = "seats", maxConcurrent = "100")
        public CompletableFuture<Object> stage(int ending) {
            return switch (Ending.values()[ending]) {
                case VALUE -> CompletableFuture.completedFuture("in");
                case CANCELLED, EXPIRED -> new CompletableFuture<>();
                default -> CompletableFuture.failedFuture(failure(ending));
            };
        }

        @Override
        @Timeout(total = "20s")
        @RateLimited(name = "login", limits = "${limit}/1m", chargeOn = "${charge-on}")
        @Bulkhead(name = "seats", maxConcurrent = "100")
        public Mono<Object> mono(int ending) {
            return published(ending);
        }

        @Override
        @Timeout(total = "20s")
        @RateLimited(name = "login", limits = "${limit}/1m", chargeOn = "${charge-on}")
        @Bulkhead(name = "seats", maxConcurrent = "100")
        public Flux<Object> flux(int ending) {
            return published(ending).flux();
        }

        private static Mono<Object> published(int ending) {
            return switch (Ending.values()[ending]) {
                case VALUE -> Mono.just("in");
                case CANCELLED, EXPIRED -> Mono.never();
                default -> Mono.error(failure(ending));
            };
        }

        @Bulkhead(name = "seats", maxConcurrent = "100")
        public CompletableFuture<Object> sit() {
            CompletableFuture<Object> seat = new CompletableFuture<>();
            taken.add(seat);
            return seat;
        }

        public void standUp() {
            taken.forEach(seat -> seat.complete("done"));
        }

        private static Object rest() {
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("nobody counts it down");
            } catch (InterruptedException interrupted) {
                throw sneaky(interrupted);
            }
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
            throw (T) thrown;
        }

        private static Object fail(int ending) {
            throw sneaky(failure(ending));
        }

        private static Throwable failure(int ending) {
            return ending == Ending.ERROR.ordinal()
                    ? new LinkageError("broken")
                    : new IllegalStateException("wrong password");
        }
    }
}
