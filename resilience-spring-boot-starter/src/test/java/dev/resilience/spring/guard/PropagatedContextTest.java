package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Retryable;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;

/** Who is logged in, and what is observed, is known wherever a call goes on. */
@Timeout(30)
class PropagatedContextTest {

    private final ObservationRegistry observations = ObservationRegistry.create();

    PropagatedContextTest() {
        observations.observationConfig().observationHandler(context -> true);
    }

    @AfterEach
    void nobodyIsLoggedIn() {
        SecurityContextHolder.clearContext();
    }

    @Test
    void futuresKeepItInEveryAttemptInTheFallbackAndAfterwards() {
        Starters.with(Looking.class).run(context -> {
            Looking looking = context.getBean(Looking.class);
            looking.observes(observations);

            called(() -> looking.later().thenApply(looking::look)).join();

            assertThat(looking.seen()).hasSize(4).containsOnly("alice checkout");
        });
    }

    @Test
    void publishersKeepItInEveryAttemptAndInTheFallback() {
        Starters.with(Looking.class).run(context -> {
            Looking looking = context.getBean(Looking.class);
            looking.observes(observations);

            called(() -> looking.reactive().toFuture()).join();

            assertThat(looking.seen()).hasSize(3).containsOnly("alice checkout");
        });
    }

    /** Begins a call as Alice in her checkout, who is gone before it ends. */
    private <T> T called(Supplier<T> call) {
        SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken("alice", ""));
        Observation checkout = Observation.start("checkout", observations);
        try (Observation.Scope scope = checkout.openScope()) {
            return call.get();
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    static class Looking {
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private ObservationRegistry observations = ObservationRegistry.NOOP;

        @Retryable(maxAttempts = "2", delay = "20ms", jitter = "none")
        @Fallback("stale")
        public CompletableFuture<String> later() {
            look("attempt");
            return CompletableFuture.failedFuture(new IllegalStateException("down"));
        }

        public CompletableFuture<String> stale() {
            return CompletableFuture.completedFuture(look("fallback"));
        }

        @Retryable(maxAttempts = "2", delay = "20ms", jitter = "none")
        @Fallback("old")
        public Mono<String> reactive() {
            look("attempt");
            return Mono.error(new IllegalStateException("down"));
        }

        public Mono<String> old() {
            return Mono.just(look("fallback"));
        }

        public String look(String value) {
            Authentication user = SecurityContextHolder.getContext().getAuthentication();
            Observation current = observations.getCurrentObservation();
            seen.add((user == null ? "nobody" : user.getName()) + " "
                    + (current == null ? "nowhere" : current.getContext().getName()));
            return value;
        }

        public void observes(ObservationRegistry registry) {
            observations = registry;
        }

        public List<String> seen() {
            return seen;
        }
    }
}
