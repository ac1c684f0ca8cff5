package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallTimedOutException;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import reactor.core.publisher.Mono;

/** Blocking clients of every kind end with the guarded call they are used in. */
@ParameterizedClass
@EnumSource
class RestClientDeadlinesTest {

    /** A request factory, and what is on top of it. */
    enum Kind {
        JDK_CLIENT("jdk", "client"),
        JDK_TEMPLATE("jdk", "template"),
        JDK_INTERFACE("jdk", "interface"),
        HTTP_COMPONENTS_CLIENT("http-components", "client"),
        HTTP_COMPONENTS_TEMPLATE("http-components", "template"),
        REACTOR_CLIENT("reactor", "client");

        private final String yaml;

        Kind(String factory, String style) {
            yaml = "{spring.http.clients.imperative.factory: " + factory + ", style: " + style
                    + ", resilience.http-clients.deadline-header: X-Left}";
        }
    }

    @Parameter
    Kind kind;

    private Application application;
    private Caller caller;

    @BeforeEach
    void start() {
        application = Application.with(kind.yaml, Clients.class, Caller.class);
        caller = application.bean(Caller.class);
    }

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        application.awaitSilence();
        application.close();
    }

    @Test
    void whoIsAnsweredInTimeNoticesNothing() {
        assertThat(caller.get("/ok")).isEqualTo("ok");
        assertThat(caller.get("/ok")).isEqualTo("ok");
    }

    @Test
    void aRequestThatHangsIsGivenUpWithItsCall() throws Exception {
        Throwable failure = application.failureOfStuck(() -> caller.get("/hang"), Duration.ofSeconds(3));

        timedOut(failure, "Caller.get");
        application.server.awaitGivenUp();
    }

    @Test
    void anAnswerThatStallsIsGivenUpWithItsCall() throws Exception {
        Throwable failure = application.failureOfStalled(() -> caller.get("/stall"), Duration.ofSeconds(3));

        timedOut(failure, "Caller.get");
        application.server.awaitGivenUp();
    }

    @Test
    void anAnswerThatStallsInAFutureValuedBodyIsGivenUp() throws Exception {
        Throwable failure =
                application.failureOfStalled(() -> caller.later("/stall").join(), Duration.ofSeconds(3));

        timedOut(failure, "Caller.later");
        application.server.awaitGivenUp();
    }

    @Test
    void aFutureValuedBodyThatBlocksIsReleased() throws Exception {
        CompletableFuture<CompletableFuture<String>> begun = Application.later(() -> caller.later("/hang"));
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(3));

        timedOut(Application.failure(Application.value(begun)), "Caller.later");
        application.server.awaitGivenUp();
    }

    @Test
    void aPublisherThatBlocksIsReleased() throws Exception {
        Throwable failure =
                application.failureOfStuck(() -> caller.mono("/hang").block(), Duration.ofSeconds(3));

        timedOut(failure, "Caller.mono");
        application.server.awaitGivenUp();
    }

    @Test
    void anIsolatedBodyIsReleasedAsWell() throws Exception {
        Throwable failure = application.failureOfStuck(() -> caller.isolated("/hang"), Duration.ofSeconds(3));

        timedOut(failure, "Caller.isolated");
        application.server.awaitGivenUp();
        assertThat(caller.isolated("/ok")).isEqualTo("ok");
    }

    @Test
    void noInterruptIsLeftBehind() throws Exception {
        CompletableFuture<Boolean> interrupted = Application.later(() -> {
            assertThatThrownBy(() -> caller.later("/hang").join()).hasCauseInstanceOf(CallTimedOutException.class);
            return Thread.interrupted();
        });
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(3));

        assertThat(Application.value(interrupted)).isFalse();
    }

    @Test
    void aRequestWhoseDeadlineIsOverIsNeverSent() {
        timedOut(failureOf(() -> caller.tooLate("/ok")), "Caller.tooLate");
        timedOut(failureOf(() -> caller.tooLateForAnotherGuard("/ok")), "Caller.tooLateForAnotherGuard");

        assertThat(application.server.requests()).isEmpty();
    }

    @Test
    void theGuardWhoseTimeIsOverFirstIsNamed() throws Exception {
        Throwable failure = application.failureOfStuck(() -> caller.briefly("/hang"), Duration.ofSeconds(3));

        timedOut(failure, "Caller.briefly");
    }

    @Test
    void anAttemptThatRanOutOfTimeIsFollowedByAnotherWithATimeOfItsOwn() throws Exception {
        CompletableFuture<String> result = Application.later(() -> caller.persistently("/second"));
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(1));

        assertThat(Application.value(result)).isEqualTo("second");
        application.server.awaitGivenUp();
        assertThat(application.server.requests()).extracting(this::left).containsExactly("1000", "1000");
    }

    @Test
    void theLastAttemptHasWhatIsLeftOfTheWhole() throws Exception {
        CompletableFuture<String> result = Application.later(() -> caller.persistently("/hang"));
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(1));
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(1));
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(1));

        CallTimedOutException failure = (CallTimedOutException) Application.failure(result);
        assertThat(failure.timeout()).isEqualTo(Duration.ofMillis(2_700));
        assertThat(application.server.requests()).extracting(this::left).containsExactly("1000", "1000", "500");
    }

    @Test
    void theServerIsToldWhatIsLeft() {
        caller.afterAWhile("/ok");

        assertThat(application.server.requests()).extracting(this::left).containsExactly("1499");
    }

    @Test
    void outsideOfGuardedCallsNothingChanges() {
        assertThat(caller.unguarded("/ok")).isEqualTo("ok");

        assertThat(application.server.requests()).extracting(this::left).containsExactly((String) null);
    }

    private String left(StubbornServer.Request request) {
        return request.headers().get("X-Left");
    }

    private static Throwable failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call);
    }

    private static AbstractThrowableAssert<?, ?> timedOut(Throwable failure, String operation) {
        return assertThat(failure)
                .isInstanceOfSatisfying(CallTimedOutException.class, expiry -> assertThat(expiry.operation())
                        .isEqualTo(operation));
    }

    /** The client that is asked. */
    @FunctionalInterface
    interface Fetch {
        String get(String path);
    }

    /** The same as an interface. */
    interface Pages {
        @GetExchange("{path}")
        String get(@org.springframework.web.bind.annotation.PathVariable String path);
    }

    @Configuration(proxyBeanMethods = false)
    static class Clients {

        @Bean
        Fetch fetch(Environment environment, RestClient.Builder client, ObjectProvider<RestTemplateBuilder> template) {
            String url = environment.getRequiredProperty("stubborn");
            return switch (environment.getRequiredProperty("style")) {
                case "client" -> {
                    RestClient built = client.baseUrl(url).build();
                    yield path -> built.get().uri(path).retrieve().body(String.class);
                }
                case "template" -> {
                    var built = template.getObject().rootUri(url).build();
                    yield path -> built.getForObject(path, String.class);
                }
                default -> {
                    RestClient built = client.baseUrl(url + "/").build();
                    Pages pages = HttpServiceProxyFactory.builderFor(RestClientAdapter.create(built))
                            .build()
                            .createClient(Pages.class);
                    yield path -> pages.get(path.substring(1));
                }
            };
        }
    }

    static class Caller {
        private final Fetch fetch;
        private final ManualTime time;
        private final ObjectProvider<Caller> self;

        Caller(Fetch fetch, ManualTime time, ObjectProvider<Caller> self) {
            this.fetch = fetch;
            this.time = time;
            this.self = self;
        }

        public String unguarded(String path) {
            return fetch.get(path);
        }

        @Timeout("2s")
        public String get(String path) {
            return fetch.get(path);
        }

        @Timeout(timeout = "2s", isolation = "thread")
        public String isolated(String path) {
            return fetch.get(path);
        }

        @Timeout("2s")
        public CompletableFuture<String> later(String path) {
            return CompletableFuture.completedFuture(fetch.get(path));
        }

        @Timeout("2s")
        public Mono<String> mono(String path) {
            return Mono.fromCallable(() -> fetch.get(path));
        }

        @Timeout("2s")
        public String afterAWhile(String path) {
            time.advance(Duration.ofMillis(500).plusNanos(1));
            return fetch.get(path);
        }

        @Timeout("2s")
        public String tooLate(String path) {
            time.advance(Duration.ofSeconds(2));
            return fetch.get(path);
        }

        @Timeout("1s")
        public String tooLateForAnotherGuard(String path) {
            return self.getObject().tooLate(path);
        }

        @Timeout("1s")
        public String briefly(String path) {
            return self.getObject().get(path);
        }

        @Retryable(
                delays = {"100ms", "100ms"},
                jitter = "none")
        @Timeout(timeout = "1s", total = "2700ms")
        public String persistently(String path) {
            return fetch.get(path);
        }
    }
}
