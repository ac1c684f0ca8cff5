package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.guard.RationingServer.Form;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.restclient.RestTemplateBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpExchangeAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A real server answers 429 or 503 and says when to come back, and every client of Spring comes back at that instant: not
 * a nanosecond before, by a clock that is turned by hand.
 */
class RetryAfterOfAServerTest {

    private static final Duration UNIT = Duration.ofNanos(1);
    private static final Duration FRACTION = Duration.ofMillis(300);
    private static final Duration SEVEN = Duration.ofSeconds(7);
    private static final int PATIENCE_SECONDS = 20;

    private static QueuedTime time;
    private static RationingServer server;
    private static ConfigurableApplicationContext context;

    @BeforeAll
    static void start() {
        time = new QueuedTime();
        server = new RationingServer(() -> time.time().wall().instant());
        context = new SpringApplicationBuilder(Clients.class)
                .web(WebApplicationType.NONE)
                .bannerMode(org.springframework.boot.Banner.Mode.OFF)
                .initializers(fresh -> fresh.getBeanFactory().registerSingleton("time", time.time()))
                .properties(
                        "spring.http.clients.imperative.factory=jdk",
                        "server-url=" + server.url(),
                        "spring.http.serviceclient.blocking.base-url=" + server.url(),
                        "spring.http.serviceclient.reactive.base-url=" + server.url(),
                        "resilience.retries.patient.max-attempts=3",
                        "resilience.retries.patient.delay=10ms",
                        "resilience.retries.patient.max-delay=10s")
                .run();
    }

    @AfterAll
    static void stop() {
        context.close();
        server.close();
    }

    /** Who asks. */
    enum Client {
        REST_CLIENT,
        REST_TEMPLATE,
        ANSWER_OF_REST_CLIENT,
        IMPORTED_INTERFACE,
        INTERFACE_BY_HAND,
        WEB_CLIENT_MONO,
        WEB_CLIENT_FLUX,
        WEB_CLIENT_FUTURE,
        WEB_CLIENT_BLOCKING,
        IMPORTED_REACTIVE_INTERFACE,
        REACTIVE_INTERFACE_BY_HAND;

        String ask(Callers callers, Interfaces interfaces) {
            return switch (this) {
                case REST_CLIENT -> callers.restClient();
                case REST_TEMPLATE -> callers.restTemplate();
                case ANSWER_OF_REST_CLIENT -> callers.answer().getBody();
                case IMPORTED_INTERFACE -> interfaces.imported().page();
                case INTERFACE_BY_HAND -> interfaces.byHand().page();
                case WEB_CLIENT_MONO -> callers.mono().block();
                case WEB_CLIENT_FLUX -> callers.flux().blockLast();
                case WEB_CLIENT_FUTURE -> callers.future().join();
                case WEB_CLIENT_BLOCKING -> callers.blocking();
                case IMPORTED_REACTIVE_INTERFACE ->
                    interfaces.importedReactive().page().block();
                case REACTIVE_INTERFACE_BY_HAND ->
                    interfaces.reactiveByHand().page().block();
            };
        }
    }

    static Stream<Arguments> everybody() {
        return Stream.of(Client.values()).flatMap(client -> Stream.of(Form.values())
                .flatMap(form -> Stream.of(429, 503).map(status -> Arguments.of(client, form, status))));
    }

    @ParameterizedTest
    @MethodSource("everybody")
    void waitsExactlyAsLongAsItIsTold(Client client, Form form, int status) throws Exception {
        server.turnAway(status, form, SEVEN);
        Instant begun = begin();
        CompletableFuture<String> result = later(client);
        await().pollInterval(Duration.ofMillis(2)).until(() -> time.manual.scheduled() == 1);
        Duration told = Duration.between(begun, server.opens());
        assertThat(told).isEqualTo(form == Form.SECONDS ? SEVEN : SEVEN.minus(FRACTION));

        time.advance(told.minus(UNIT));
        assertThat(time.manual.scheduled()).as("who still waits").isEqualTo(1);
        assertThat(server.requests()).hasSize(1);
        time.advance(UNIT);

        assertThat(result.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("served");
        assertThat(server.requests()).containsExactly(begun, server.opens());
    }

    /** Nobody waits, and whoever catches what the client threw finds there when to come back. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ANSWER_OF_REST_CLIENT")
    void whoIsToldToWaitTooLongFailsAtOnceAndPassesItOn(Client client) throws Exception {
        server.turnAway(503, Form.SECONDS, Duration.ofSeconds(11));
        begin();

        Throwable failure = failure(later(client));

        assertThat(retryAfter(failure)).isEqualTo("11");
        assertThat(server.requests()).hasSize(1);
        assertThat(time.manual.scheduled()).isZero();
    }

    /** A proof that can't fail proves nothing: a client that obeys nothing comes too early. */
    @Test
    void whoDoesNotObeyComesTooEarly() throws Exception {
        server.turnAway(503, Form.SECONDS, SEVEN);
        begin();
        CompletableFuture<String> result =
                Threads.later(() -> context.getBean(Callers.class).heedless());
        await().pollInterval(Duration.ofMillis(2)).until(() -> time.manual.scheduled() == 1);

        time.advance(Duration.ofMillis(10));

        assertThat(failure(result)).isInstanceOfSatisfying(RestClientResponseException.class, early -> assertThat(
                        early.getStatusCode().value())
                .isEqualTo(RationingServer.TOO_EARLY));
    }

    /** Three tenths of a second after a full one, because a date has none. */
    private static Instant begin() {
        Instant now = time.time().wall().instant();
        Instant next = Instant.ofEpochSecond(now.getEpochSecond() + 1).plus(FRACTION);
        time.advance(Duration.between(now, next));
        return next;
    }

    private static CompletableFuture<String> later(Client client) {
        return Threads.later(() -> client.ask(context.getBean(Callers.class), context.getBean(Interfaces.class)));
    }

    private static Throwable failure(CompletableFuture<String> result) throws Exception {
        try {
            return new AssertionError("succeeded with " + result.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            return failed.getCause();
        }
    }

    private static String retryAfter(Throwable failure) {
        if (failure instanceof java.util.concurrent.CompletionException wrapped) {
            return retryAfter(wrapped.getCause());
        }
        return failure instanceof RestClientResponseException answer
                ? answer.getResponseHeaders().getFirst("Retry-After")
                : ((WebClientResponseException) failure).getHeaders().getFirst("Retry-After");
    }

    /** A call on a thread of its own. */
    private static final class Threads {

        private static CompletableFuture<String> later(java.util.concurrent.Callable<String> call) {
            CompletableFuture<String> result = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    result.complete(call.call());
                } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                }
            });
            thread.setDaemon(true);
            thread.start();
            return result;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ImportHttpServices(group = "blocking", types = Pages.class)
    @ImportHttpServices(group = "reactive", types = ReactivePages.class, clientType = ClientType.WEB_CLIENT)
    static class Clients {

        @Bean
        Callers callers(
                RestClient.Builder rest,
                RestTemplateBuilder template,
                WebClient.Builder web,
                @Value("${server-url}") String url) {
            return new Callers(
                    rest.baseUrl(url).build(),
                    template.rootUri(url).build(),
                    web.baseUrl(url).build());
        }

        @Bean
        PagesByHand pagesByHand(RestClient.Builder rest, @Value("${server-url}") String url) {
            return client(RestClientAdapter.create(rest.baseUrl(url).build()), PagesByHand.class);
        }

        @Bean
        ReactivePagesByHand reactivePagesByHand(WebClient.Builder web, @Value("${server-url}") String url) {
            return client(WebClientAdapter.create(web.baseUrl(url).build()), ReactivePagesByHand.class);
        }

        private static <T> T client(HttpExchangeAdapter adapter, Class<T> type) {
            return HttpServiceProxyFactory.builderFor(adapter).build().createClient(type);
        }

        @Bean
        Interfaces interfaces(
                Pages imported, PagesByHand byHand, ReactivePages reactive, ReactivePagesByHand reactiveByHand) {
            return new Interfaces(imported, byHand, reactive, reactiveByHand);
        }
    }

    record Interfaces(
            Pages imported, PagesByHand byHand, ReactivePages importedReactive, ReactivePagesByHand reactiveByHand) {}

    interface Pages {
        @GetExchange("/page")
        @Retryable("patient")
        String page();
    }

    interface PagesByHand {
        @GetExchange("/page")
        @Retryable("patient")
        String page();
    }

    interface ReactivePages {
        @GetExchange("/page")
        @Retryable("patient")
        Mono<String> page();
    }

    @Retryable("patient")
    interface ReactivePagesByHand {
        @GetExchange("/page")
        Mono<String> page();
    }

    @Retryable("patient")
    static class Callers {
        private final RestClient rest;
        private final RestTemplate template;
        private final WebClient web;

        Callers(RestClient rest, RestTemplate template, WebClient web) {
            this.rest = rest;
            this.template = template;
            this.web = web;
        }

        public String restClient() {
            return rest.get().uri("/page").retrieve().body(String.class);
        }

        public String restTemplate() {
            return template.getForObject("/page", String.class);
        }

        /** An answer that isn't thrown. */
        public ResponseEntity<String> answer() {
            return rest.get()
                    .uri("/page")
                    .retrieve()
                    .onStatus(status -> true, (request, response) -> {})
                    .toEntity(String.class);
        }

        public Mono<String> mono() {
            return page().bodyToMono(String.class);
        }

        public Flux<String> flux() {
            return page().bodyToFlux(String.class);
        }

        public CompletableFuture<String> future() {
            return page().bodyToMono(String.class).toFuture();
        }

        public String blocking() {
            return page().bodyToMono(String.class).block();
        }

        @Retryable(respectRetryAfter = "false", delay = "10ms", jitter = "none", maxAttempts = "2")
        public String heedless() {
            return restClient();
        }

        private WebClient.ResponseSpec page() {
            return web.get().uri("/page").retrieve();
        }
    }
}
