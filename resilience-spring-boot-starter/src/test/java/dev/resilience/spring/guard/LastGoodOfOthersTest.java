package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.guard.Someone.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;

/** The last good value is only given to whom it was given before. */
class LastGoodOfOthersTest {

    private static final Someone ADA = Someone.called("ada");
    private static final Someone BOB = Someone.called("bob");
    private static final Supplier<String> DOWN = () -> {
        throw new IllegalStateException("down");
    };

    private final ManualTime time = new ManualTime();
    private final AtomicReference<String> tenant = new AtomicReference<>();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void forgetTheCaller() {
        SecurityContextHolder.clearContext();
    }

    @ParameterizedTest
    @EnumSource
    void aFallbackNeverGivesTheLastGoodValueOfAnother(Shape shape) {
        in(Remembering.class, service -> {
            shape.call(ADA, service, "a", () -> "ada's a");
            shape.call(Someone.ANONYMOUS, service, "a", () -> "nobody's a");
            time.advance(Duration.ofMinutes(2));

            assertThat(shape.call(BOB, service, "a", DOWN)).isEqualTo("nothing");
            assertThat(shape.call(Someone.ANONYMOUS, service, "a", DOWN)).isEqualTo("nothing");
            assertThat(shape.call(ADA, service, "a", DOWN)).isEqualTo("ada's a");
        });
    }

    /** The one who begins a call isn't always the one at work on the thread where it fails. */
    @Test
    void aFutureThatFailsElsewhereIsStillHisWhoAskedForIt() {
        in(Late.class, service -> {
            ADA.does(() -> service.quote("a", CompletableFuture.completedFuture("ada's")));
            time.advance(Duration.ofMinutes(2));

            assertThat(failedElsewhere(service, BOB, ADA)).isCompletedWithValue("nothing");
            assertThat(failedElsewhere(service, ADA, BOB)).isCompletedWithValue("ada's");
        });
    }

    private static CompletableFuture<String> failedElsewhere(Late service, Someone caller, Someone elsewhere) {
        CompletableFuture<String> body = new CompletableFuture<>();
        CompletableFuture<String> answer = caller.does(() -> service.quote("a", body));
        elsewhere.does(() -> body.completeExceptionally(new IllegalStateException("down")));
        return answer;
    }

    /** A tenant that can't be told while the call begins, and that would be another's where it fails. */
    @Test
    void whoseItIsIsNotAskedForAgainWhereItCouldNotBeTold() {
        in(Late.class, service -> {
            tenant.set("ada");
            service.ofTenant("a", CompletableFuture.completedFuture("ada's"));
            time.advance(Duration.ofMinutes(2));
            tenant.set(null);
            CompletableFuture<String> body = new CompletableFuture<>();
            CompletableFuture<String> answer = service.ofTenant("a", body);
            tenant.set("ada");
            body.completeExceptionally(new IllegalStateException("down"));

            assertThat(answer).isCompletedWithValue("nothing");
        });
    }

    @Test
    void whatCouldNotBeToldBecauseOfAnErrorIsNotAskedForAgain() {
        in(Flaky.class, service -> {
            service.quote("a", () -> "ada's");
            asked.set(-2);

            assertThat(service.quote("a", DOWN)).isEqualTo("nothing");
            assertThat(asked).hasValue(0);
        });
    }

    private <T> void in(Class<T> type, Consumer<T> story) {
        Starters.with(type)
                .withBean(Time.class, time::time)
                .withBean("tenant", ResilienceKeyResolver.class, () -> (method, arguments) -> tenant.get())
                .withBean("flaky", ResilienceKeyResolver.class, () -> (method, arguments) -> {
                    if (asked.getAndIncrement() < 0) {
                        throw new IllegalStateException("the tenants are not to be had");
                    }
                    return "ada";
                })
                .withPropertyValues("resilience.caches.quotes.ttl=1m", "resilience.caches.quotes.ttl-jitter=0")
                .run(context -> story.accept(context.getBean(type)));
    }

    static class Remembering extends Shaped.Single {

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "principal")
        @Fallback(lastGood = "10m", returning = "nothing")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "principal")
        @Fallback(lastGood = "10m", returning = "nothing")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Cached(name = "quotes", key = "#key", varyBy = "principal")
        @Fallback(lastGood = "10m", returning = "nothing")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }
    }

    static class Late {

        @Cached(ttl = "1m", key = "#all", varyBy = "principal")
        @Fallback(lastGood = "10m", returning = "nothing")
        public CompletableFuture<String> quote(String all, CompletableFuture<String> body) {
            return body;
        }

        @Cached(ttl = "1m", key = "#all", varyBy = "@tenant")
        @Fallback(lastGood = "10m", returning = "nothing")
        public CompletableFuture<String> ofTenant(String all, CompletableFuture<String> body) {
            return body;
        }
    }

    static class Flaky {

        @Cached(name = "quotes", key = "#key", varyBy = "@flaky")
        @Fallback(lastGood = "10m", returning = "nothing")
        public String quote(String key, Supplier<String> body) {
            return body.get();
        }
    }
}
