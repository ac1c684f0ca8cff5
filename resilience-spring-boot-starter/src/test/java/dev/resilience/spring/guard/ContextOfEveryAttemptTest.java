package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.event.ResilienceListener;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.time.Scheduler;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;
import org.springframework.context.ApplicationContext;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What a caller has in ThreadLocals is there in every attempt and for everybody who hears of one, though attempts fail on
 * threads that know nothing of it and the next ones begin on ours; and it is gone from ours afterwards.
 */
@Timeout(30)
class ContextOfEveryAttemptTest {

    private static final String CALLER = "alice checkout 4bf9";
    private static final ObservationRegistry OBSERVATIONS = ObservationRegistry.create();

    static {
        OBSERVATIONS.observationConfig().observationHandler(context -> true);
    }

    @AfterEach
    void nobodyIsCalling() {
        SecurityContextHolder.clearContext();
        MDC.clear();
    }

    @ParameterizedTest
    @EnumSource
    void isThatOfTheCaller(Call call) {
        List<String> heard = new CopyOnWriteArrayList<>();
        Starters.with(Wandering.class)
                .withBean(ResilienceListener.class, () -> event -> {
                    if (event instanceof TriedAgain) {
                        heard.add(known());
                    }
                })
                .run(context -> {
                    Wandering wandering = context.getBean(Wandering.class);

                    String given = begun(call, wandering).join();

                    assertThat(given).isEqualTo("third time");
                    assertThat(wandering.seen()).hasSize(3).containsOnly(CALLER);
                    assertThat(heard).hasSize(2).containsOnly(CALLER);
                    assertThat(leftOn(context)).isEqualTo("nobody nowhere null");
                });
    }

    /** Begins a call as Alice in her checkout, who is gone when it goes on elsewhere. */
    private static CompletableFuture<String> begun(Call call, Wandering wandering) {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("alice", ""));
        MDC.put("traceId", "4bf9");
        Observation checkout = Observation.start("checkout", OBSERVATIONS);
        try (Observation.Scope scope = checkout.openScope()) {
            return call.begin.apply(wandering);
        } finally {
            SecurityContextHolder.clearContext();
            MDC.clear();
        }
    }

    private static String leftOn(ApplicationContext context) {
        return CompletableFuture.supplyAsync(
                        ContextOfEveryAttemptTest::known,
                        context.getBean(Scheduler.class).executor())
                .join();
    }

    private static String known() {
        Authentication user = SecurityContextHolder.getContext().getAuthentication();
        Observation current = OBSERVATIONS.getCurrentObservation();
        return (user == null ? "nobody" : user.getName())
                + (current == null ? " nowhere " : " " + current.getContext().getName() + " ")
                + MDC.get("traceId");
    }

    /** How a caller calls. */
    enum Call {
        PLAIN(wandering -> CompletableFuture.completedFuture(wandering.plain())),
        ISOLATED(wandering -> CompletableFuture.completedFuture(wandering.isolated())),
        STAGE(Wandering::stage),
        MONO(wandering -> wandering.mono().toFuture()),
        FLUX(wandering -> wandering.flux().singleOrEmpty().toFuture());

        private final Function<Wandering, CompletableFuture<String>> begin;

        Call(Function<Wandering, CompletableFuture<String>> begin) {
            this.begin = begin;
        }
    }

    /** Looks around in every attempt, of which the first two fail somewhere else. */
    @Retryable(name = "wandering", maxAttempts = "3", delay = "1ms", jitter = "none")
    static class Wandering implements AutoCloseable {
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();

        public String plain() {
            return end(look());
        }

        @dev.resilience.spring.annotation.Timeout(timeout = "20s", isolation = "thread")
        public String isolated() {
            return end(look());
        }

        public CompletableFuture<String> stage() {
            int attempt = look();
            return CompletableFuture.supplyAsync(() -> end(attempt), elsewhere);
        }

        public Mono<String> mono() {
            int attempt = look();
            return Mono.fromSupplier(() -> end(attempt)).subscribeOn(Schedulers.fromExecutor(elsewhere));
        }

        public Flux<String> flux() {
            int attempt = look();
            return Flux.defer(() -> Flux.just(end(attempt))).subscribeOn(Schedulers.fromExecutor(elsewhere));
        }

        private int look() {
            seen.add(known());
            return seen.size();
        }

        private static String end(int attempt) {
            if (attempt < 3) {
                throw new IllegalStateException("down");
            }
            return "third time";
        }

        public List<String> seen() {
            return seen;
        }

        @Override
        public void close() {
            elsewhere.shutdownNow();
        }
    }
}
