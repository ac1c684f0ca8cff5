package dev.resilience.spring.guard;

import static dev.resilience.circuitbreaker.CircuitBreakerState.CLOSED;
import static dev.resilience.circuitbreaker.CircuitBreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.failure.RetryableException;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.guard.Endings.Bodies;
import dev.resilience.spring.guard.Endings.Ending;
import dev.resilience.spring.guard.Endings.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ResponseStatusException;

/** What clients and controllers make of HTTP answers, thrown and returned, and what a breaker makes of that. */
class AnswersTest {

    private static HttpServer server;
    private static URI nowhere;

    private final ManualTime time = new ManualTime();

    @BeforeAll
    static void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", AnswersTest::answer);
        server.start();
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = URI.create("http://127.0.0.1:" + closed.getLocalPort() + "/");
        }
    }

    @AfterAll
    static void close() {
        server.stop(0);
    }

    /** The path is the status. */
    private static void answer(HttpExchange exchange) throws IOException {
        int status = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
        exchange.getResponseHeaders().add("Retry-After", "77");
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static URI url(int status) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + status);
    }

    static Stream<Arguments> shapesAndAnswers() throws Exception {
        return Stream.of(Shape.values())
                .flatMap(shape -> endings().map(ending -> Arguments.of(shape, ending.get(0), ending.get(1))));
    }

    /** Endings, and whether they are failures where nothing is configured. */
    private static Stream<List<Object>> endings() {
        Throwable unavailable = thrownByRestClient(url(503));
        return Stream.of(
                List.of(thrownByRestClient(url(404)), CLOSED),
                List.of(thrownByRestClient(url(429)), OPEN),
                List.of(unavailable, OPEN),
                List.of(thrownByRestClient(nowhere), OPEN),
                List.of(thrownByWebClient(url(404)), CLOSED),
                List.of(thrownByWebClient(url(408)), OPEN),
                List.of(thrownByWebClient(url(500)), OPEN),
                List.of(thrownByWebClient(nowhere), OPEN),
                List.of(
                        new IllegalStateException("wrapped", new UncheckedIOException(new IOException(unavailable))),
                        OPEN),
                List.of(new IllegalStateException("wrapped", thrownByWebClient(url(404))), CLOSED),
                List.of(new ResponseStatusException(HttpStatus.NOT_FOUND), CLOSED),
                List.of(new ResponseStatusException(HttpStatus.BAD_GATEWAY), OPEN),
                List.of(new NoSuchQuote(), CLOSED),
                List.of(ResponseEntity.ok("well"), CLOSED),
                List.of(ResponseEntity.notFound().build(), CLOSED),
                List.of(ResponseEntity.status(503).build(), OPEN),
                List.of(ResponseEntity.status(429).build(), OPEN),
                List.of(ProblemDetail.forStatus(500), OPEN),
                List.of(ProblemDetail.forStatus(400), CLOSED),
                List.of(given(url(503)), OPEN),
                List.of(given(url(404)), CLOSED));
    }

    @ParameterizedTest
    @MethodSource("shapesAndAnswers")
    void anAnswerCountsByItsStatus(Shape shape, Object ending, CircuitBreakerState expected) {
        guarded().run(context -> assertThat(stateAfter(shape, context, ending)).isEqualTo(expected));
    }

    @Test
    void statusesCanBeWritten() {
        guarded("failure-statuses=404, 500-502").run(context -> {
            assertThat(stateAfter(Shape.PLAIN, context, thrownByRestClient(url(404))))
                    .isEqualTo(OPEN);
            assertThat(stateAfter(Shape.MONO, context, thrownByWebClient(url(502))))
                    .isEqualTo(OPEN);
            assertThat(stateAfter(Shape.MONO, context, thrownByWebClient(url(503))))
                    .isEqualTo(CLOSED);
            assertThat(stateAfter(
                            Shape.STAGE, context, ResponseEntity.notFound().build()))
                    .isEqualTo(OPEN);
            assertThat(stateAfter(
                            Shape.STAGE, context, ResponseEntity.status(503).build()))
                    .isEqualTo(CLOSED);
            assertThat(stateAfter(Shape.PLAIN, context, thrownByRestClient(nowhere)))
                    .isEqualTo(OPEN);
        });
    }

    @Test
    void typesAreLookedForInNestedCausesInEveryShape() {
        guarded("failures=java.io.IOException", "ignored=FileNotFoundException").run(context -> {
            for (Shape shape : Shape.values()) {
                assertThat(stateAfter(shape, context, new IllegalStateException(new IOException())))
                        .isEqualTo(OPEN);
                assertThat(stateAfter(shape, context, new IllegalStateException()))
                        .isEqualTo(CLOSED);
                assertThat(stateAfter(shape, context, new IllegalStateException(new FileNotFoundException())))
                        .isEqualTo(CLOSED);
            }
        });
    }

    @Test
    void aStatusCanBeAskedForInAnExpression() {
        guarded("failure-when=#failure.statusCode.value() == 404 or #result.statusCode.value() == 404")
                .run(context -> {
                    assertThat(stateAfter(Shape.PLAIN, context, thrownByRestClient(url(404))))
                            .isEqualTo(OPEN);
                    assertThat(stateAfter(Shape.PLAIN, context, thrownByRestClient(url(400))))
                            .isEqualTo(CLOSED);
                    assertThat(stateAfter(Shape.MONO, context, thrownByWebClient(url(404))))
                            .isEqualTo(OPEN);
                    assertThat(stateAfter(
                                    Shape.PLAIN,
                                    context,
                                    ResponseEntity.notFound().build()))
                            .isEqualTo(OPEN);
                    assertThat(stateAfter(
                                    Shape.PLAIN,
                                    context,
                                    ResponseEntity.badRequest().build()))
                            .isEqualTo(CLOSED);
                    assertThat(Endings.numbers(context, "upstream")).containsEntry("broken-rules", 0L);
                });
    }

    @Test
    void theWaitThatAnAnswerAsksForIsTheOpenWaitThrownOrReturned() {
        guarded().run(context -> {
            for (Object ending : List.of(
                    thrownByRestClient(url(503)),
                    new IllegalStateException(thrownByWebClient(url(503))),
                    given(url(503)),
                    ResponseEntity.status(503).header("Retry-After", "77").build(),
                    new RetryableException("busy", null, Duration.ofSeconds(77)))) {
                Shape.PLAIN.call(context.getBean(Ending.class), ending);
                assertThat(Endings.numbers(context, "upstream")).containsEntry("remaining-open-millis", 77_000L);
                Endings.breaker(context, "upstream").close();
            }
        });
    }

    private static CircuitBreakerState stateAfter(Shape shape, ApplicationContext context, Object ending) {
        assertThat(shape.call(context.getBean(Ending.class), ending)).isSameAs(ending);
        return Endings.stateAfter(context, "upstream");
    }

    private ApplicationContextRunner guarded(String... knobs) {
        return Starters.with(Upstream.class)
                .withBean(Time.class, time::time)
                .withPropertyValues(Stream.of(knobs)
                        .map(knob -> "resilience.circuit-breakers.upstream." + knob)
                        .toArray(String[]::new));
    }

    /** By the JDK's client: others repeat requests by themselves, after the wait they were asked for. */
    private static Throwable thrownByRestClient(URI url) {
        RestClient client = RestClient.create()
                .mutate()
                .requestFactory(new JdkClientHttpRequestFactory())
                .build();
        return thrown(() -> client.get().uri(url).retrieve().toBodilessEntity());
    }

    private static Throwable thrownByWebClient(URI url) {
        return thrown(() ->
                WebClient.create().get().uri(url).retrieve().toBodilessEntity().block());
    }

    private static Throwable thrown(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException thrown) {
            return thrown;
        }
        throw new AssertionError("it went well");
    }

    private static HttpResponse<String> given(URI url) {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    @ResponseStatus(HttpStatus.NOT_FOUND)
    static final class NoSuchQuote extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @CircuitBreaker(name = "upstream", consecutiveFailures = "1")
    static class Upstream extends Bodies {}
}
