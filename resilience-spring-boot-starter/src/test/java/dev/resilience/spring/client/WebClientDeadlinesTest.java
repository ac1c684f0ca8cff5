package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallTimedOutException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** WebClient ends its requests with the guarded call they are made in, on any connector. */
@ParameterizedClass
@ValueSource(strings = {"reactor", "jdk"})
class WebClientDeadlinesTest {

    @Parameter
    String connector;

    private Application application;
    private Caller caller;

    @BeforeEach
    void start() {
        application = Application.with(
                "{spring.http.clients.reactive.connector: " + connector
                        + ", resilience.http-clients.deadline-header: X-Left}",
                Caller.class);
        caller = application.bean(Caller.class);
    }

    @AfterEach
    void everythingIsGivenBack() throws Exception {
        application.awaitSilence();
        application.close();
    }

    /** The client of the JDK doesn't always close the connection of a body that is cancelled, on Java 17 and 25 alike. */
    private void awaitGivenUpInTheMiddle() throws Exception {
        if (connector.equals("reactor")) {
            application.server.awaitGivenUp();
        }
    }

    @Test
    void whoIsAnsweredInTimeNoticesNothing() {
        assertThat(caller.mono("/ok").block()).isEqualTo("ok");
        assertThat(caller.blocking("/ok")).isEqualTo("ok");
        assertThat(caller.later("/ok").join()).isEqualTo("ok");
    }

    @Test
    void aRequestThatHangsIsGivenUpWithItsPublisher() throws Exception {
        Throwable failure =
                application.failureOfStuck(() -> caller.mono("/hang").block(), Duration.ofSeconds(3));

        timedOut(failure, "Caller.mono");
        application.server.awaitGivenUp();
    }

    @Test
    void aRequestThatHangsIsGivenUpWithTheCallThatBlocksForIt() throws Exception {
        Throwable failure = application.failureOfStuck(() -> caller.blocking("/hang"), Duration.ofSeconds(3));

        timedOut(failure, "Caller.blocking");
        application.server.awaitGivenUp();
    }

    @Test
    void aRequestThatHangsIsGivenUpWithItsFutureAndGivesTheSeatBack() throws Exception {
        CompletableFuture<String> result = caller.later("/hang");
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(3));

        timedOut(Application.failure(result), "Caller.later");
        application.server.awaitGivenUp();
        assertThat(Application.value(caller.later("/ok"))).isEqualTo("ok");
    }

    @Test
    void anAnswerThatStallsIsGivenUpWithItsFuture() throws Exception {
        CompletableFuture<String> result = caller.later("/stall");
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(3));

        timedOut(Application.failure(result), "Caller.later");
        awaitGivenUpInTheMiddle();
    }

    @Test
    void aPublisherInAGuardedFutureEndsWithTheFuture() throws Exception {
        CompletableFuture<String> result = caller.laterByAnotherGuard("/hang");
        application.server.awaitStuck();
        application.time().advance(Duration.ofMillis(1_500));

        timedOut(Application.failure(result), "Caller.laterByAnotherGuard");
        application.server.awaitGivenUp();
    }

    @Test
    void aRequestWhoseDeadlineIsOverIsNeverSent() {
        timedOut(Assertions.catchThrowable(() -> caller.tooLate("/ok").block()), "Caller.tooLate");
        timedOut(Assertions.catchThrowable(() -> caller.tooLateAndBlocking("/ok")), "Caller.tooLateAndBlocking");

        assertThat(application.server.requests()).isEmpty();
    }

    @Test
    void theFilterItselfSendsNothingWhenTheTimeIsOver() {
        caller.tooLateBesides("/ok").onErrorComplete().block();

        assertThat(caller.besides()).isInstanceOf(CallTimedOutException.class);
        assertThat(application.server.requests()).isEmpty();
    }

    @Test
    void aRepeatedRequestIsNotSentAgainWhenTheTimeIsOver() throws Exception {
        Throwable failure = application.failureOfStuck(() -> caller.stubborn("/hang"), Duration.ofSeconds(3));

        timedOut(failure, "Caller.stubborn");
        assertThat(application.server.requests()).hasSize(1);
    }

    @Test
    void anAttemptThatRanOutOfTimeIsFollowedByAnotherWithATimeOfItsOwn() throws Exception {
        CompletableFuture<String> result = caller.persistently("/second").toFuture();
        application.server.awaitStuck();
        application.time().advance(Duration.ofMillis(1_500));

        assertThat(Application.value(result)).isEqualTo("second");
        application.server.awaitGivenUp();
        assertThat(application.server.requests()).extracting(this::left).containsExactly("1000", "1000");
    }

    @Test
    void aStreamThatHasBegunIsNotCutByTheTimeToItsBeginning() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> ended = caller.stream("/stall")
                .doOnNext(buffer -> begun.complete(null))
                .then()
                .toFuture();
        application.server.awaitStuck();
        Application.value(begun);
        application.time().advance(Duration.ofMillis(1_500));
        assertThat(ended).isNotDone();
        application.time().advance(Duration.ofSeconds(10));

        timedOut(Application.failure(ended), "Caller.stream");
        awaitGivenUpInTheMiddle();
    }

    @Test
    void theServerIsToldWhatIsLeftAndWhatTheCallerSaysHimselfStands() {
        caller.mono("/ok").block();
        caller.toldOtherwise("/ok").block();
        caller.unguarded("/ok").block();

        assertThat(application.server.requests()).extracting(this::left).containsExactly("2000", "7", null);
    }

    @Test
    void anInterfaceIsAsGoodAsItsClient() throws Exception {
        CompletableFuture<String> result = caller.byInterface("hang");
        application.server.awaitStuck();
        application.time().advance(Duration.ofSeconds(3));

        timedOut(Application.failure(result), "Caller.byInterface");
        application.server.awaitGivenUp();
    }

    private String left(StubbornServer.Request request) {
        return request.headers().get("X-Left");
    }

    private static void timedOut(Throwable failure, String operation) {
        assertThat(failure).isInstanceOfSatisfying(CallTimedOutException.class, expiry -> assertThat(expiry.operation())
                .isEqualTo(operation));
    }

    interface Pages {
        @GetExchange("{path}")
        CompletableFuture<String> get(@PathVariable String path);
    }

    static class Caller {
        private final WebClient client;
        private final WebClient retrying;
        private final Pages pages;
        private final ManualTime time;
        private final ObjectProvider<Caller> self;
        private volatile Throwable besides;

        Caller(WebClient.Builder builder, Environment environment, ManualTime time, ObjectProvider<Caller> self) {
            String url = environment.getRequiredProperty("stubborn");
            this.client = builder.baseUrl(url).build();
            this.retrying = builder.clone()
                    .filters(filters -> filters.add(
                            0, (request, next) -> next.exchange(request).retryWhen(Retry.max(3))))
                    .build();
            this.pages = HttpServiceProxyFactory.builderFor(WebClientAdapter.create(
                            builder.clone().baseUrl(url + "/").build()))
                    .build()
                    .createClient(Pages.class);
            this.time = time;
            this.self = self;
        }

        public Throwable besides() {
            return besides;
        }

        private Mono<String> fetch(String path) {
            return client.get().uri(path).retrieve().bodyToMono(String.class);
        }

        public Mono<String> unguarded(String path) {
            return fetch(path);
        }

        @Timeout("2s")
        public Mono<String> mono(String path) {
            return fetch(path);
        }

        @Timeout("2s")
        public Mono<String> toldOtherwise(String path) {
            return client.get().uri(path).header("X-Left", "7").retrieve().bodyToMono(String.class);
        }

        @Timeout("2s")
        public String blocking(String path) {
            return fetch(path).block();
        }

        @Timeout("2s")
        @Bulkhead(maxConcurrent = "1")
        public CompletableFuture<String> later(String path) {
            return fetch(path).toFuture();
        }

        @Timeout("1s")
        public CompletableFuture<String> laterByAnotherGuard(String path) {
            return self.getObject().mono(path).toFuture();
        }

        @Timeout("2s")
        public CompletableFuture<String> byInterface(String path) {
            return pages.get(path);
        }

        @Timeout("2s")
        public Mono<String> tooLate(String path) {
            return Mono.fromRunnable(() -> time.advance(Duration.ofSeconds(2))).then(fetch(path));
        }

        @Timeout("2s")
        public String tooLateAndBlocking(String path) {
            time.advance(Duration.ofSeconds(2));
            return fetch(path).block();
        }

        @Timeout("2s")
        public Mono<String> tooLateBesides(String path) {
            return Mono.deferContextual(context -> {
                time.advance(Duration.ofSeconds(2));
                fetch(path).contextWrite(context).subscribe(any -> {}, failure -> besides = failure);
                return Mono.just("done");
            });
        }

        @Timeout("2s")
        public String stubborn(String path) {
            return retrying.get().uri(path).retrieve().bodyToMono(String.class).block();
        }

        @Retryable(maxAttempts = "3", delay = "100ms", jitter = "none")
        @Timeout("1s")
        public Mono<String> persistently(String path) {
            return fetch(path);
        }

        @Timeout(timeout = "1s", total = "10s")
        public Flux<DataBuffer> stream(String path) {
            return client.get()
                    .uri(path)
                    .retrieve()
                    .bodyToFlux(DataBuffer.class)
                    .doOnNext(DataBufferUtils::release)
                    .publishOn(Schedulers.immediate());
        }
    }
}
