package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.failure.RetryableException;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/**
 * What a retry makes of what servers write into {@code Retry-After}, 0.3 s after the turn of the year 2026: read, it is
 * waited exactly as long; not read, the retry waits 200 ms as it would without; beyond what it may wait, it ends at once.
 */
class RetryAfterCorpusTest {

    private static final Duration OWN_DELAY = Duration.ofMillis(200);

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00.3Z");

    private static ManualTime time;
    private static long begun;
    private static ConfigurableApplicationContext context;

    @BeforeAll
    static void start() {
        time = new ManualTime();
        Time turned = time.time();
        Time since = new Time(turned.ticker(), turned.pulse(), turned.scheduler(), () -> wall(), turned.random());
        context = new SpringApplicationBuilder(Eager.class, Patient.class, Hurried.class, Starting.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .initializers(fresh -> fresh.getBeanFactory().registerSingleton("time", since))
                .run();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    /** The year turns anew for every call. */
    private static Instant wall() {
        return BEGINNING.plusNanos(time.nanos() - begun);
    }

    /** Answers as RestClient and WebClient throw them, bare and as a cause. */
    private static Stream<Function<HttpHeaders, RuntimeException>> clients() {
        return Stream.of(
                headers ->
                        HttpClientErrorException.create(HttpStatus.TOO_MANY_REQUESTS, "", headers, new byte[0], null),
                headers ->
                        HttpServerErrorException.create(HttpStatus.SERVICE_UNAVAILABLE, "", headers, new byte[0], null),
                headers -> WebClientResponseException.create(429, "", headers, new byte[0], null),
                headers -> new IllegalStateException(
                        WebClientResponseException.create(503, "", headers, new byte[0], null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            0                                      | 0
            1                                      | 1000
            7                                      | 7000
            "  7 "                                 | 7000
            "\t7\t"                                | 7000
            +7                                     | 7000
            007                                    | 7000
            7.                                     | 7000
            6.000001                               | 7000
            -1                                     | 0
            -0                                     | 0
            -99999999999999999999999               | 0
            3600                                   | 3600000
            Thu, 01 Jan 2026 00:00:07 GMT          | 6700
            thu, 01 jan 2026 00:00:07 gmt          | 6700
            Mon, 01 Jan 2026 00:00:07 GMT          | 6700
            "  Thu, 01 Jan 2026 00:00:07 GMT  "    | 6700
            Thursday, 01-Jan-26 00:00:07 GMT       | 6700
            Thu Jan  1 00:00:07 2026               | 6700
            Thu, 1 Jan 2026 00:00:07 GMT           | 6700
            Thu, 01 Jan 2026 00:00:01 GMT          | 700
            Thu, 01 Jan 2026 00:00:00 GMT          | 0
            Wed, 31 Dec 2025 23:59:59 GMT          | 0
            Wed, 31 Dec 2025 23:59:60 GMT          | 0
            Thu, 01 Jan 2026 00:00:60 GMT          | 59700
            Sun, 06 Nov 1994 08:49:37 GMT          | 0
            Sunday, 06-Nov-94 08:49:37 GMT         | 0
            Sun Nov  6 08:49:37 1994               | 0
            Thu, 01 Jan 2026 01:00:00 GMT          | 3599700
            """)
    void whatIsReadIsWaitedExactly(String header, long millis) {
        clients().forEach(client -> assertThat(waited(Eager.class, client.apply(headers(header))))
                .as("%s", client)
                .isEqualTo(Duration.ofMillis(millis)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "soon",
                "7s",
                "1,5",
                "7 8",
                "--1",
                "1e3",
                "0x7",
                "NaN",
                "Infinity",
                "null",
                "PT7S",
                "\u0667",
                "\uFF17",
                "2026-01-01T00:00:07Z",
                "Thu, 01 Jan 2026 00:00:07",
                "Thu, 01 Jan 2026 00:00:07 PST",
                "Thu, 32 Jan 2026 00:00:07 GMT",
                "Thu, 01 Foo 2026 00:00:07 GMT",
                "Thu, 01 Jan 2026 24:00:07 GMT",
                "Thu, 01 Jan 2026 00:61:07 GMT",
                "Thu, 01 Jan 2026 00:00:61 GMT",
                "Thu, 01 Jan 2026 00:00:07 GMTx",
                "01 Jan",
                "Thu, 01 Jan",
            })
    void whatCannotBeReadChangesNothing(String header) {
        clients().forEach(client -> assertThat(waited(Patient.class, client.apply(headers(header))))
                .as("%s", client)
                .isEqualTo(OWN_DELAY));
    }

    @Test
    void noHeaderChangesNothing() {
        clients().forEach(client -> assertThat(waited(Patient.class, client.apply(new HttpHeaders())))
                .isEqualTo(OWN_DELAY));
    }

    static Stream<String> beyond() {
        return Stream.of(
                "3601",
                "3600.1",
                "9223372036854775807",
                "9223372036854775808",
                "9".repeat(40),
                "9".repeat(1000),
                "1" + "0".repeat(100_000),
                "Thu, 01 Jan 2026 01:00:01 GMT",
                "Thursday, 01-Jan-26 01:00:01 GMT",
                "Thu Jan  1 01:00:01 2026",
                "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    @ParameterizedTest
    @MethodSource("beyond")
    void whatIsTooLongEndsTheRetryAndIsPassedOn(String header) {
        clients().forEach(client -> {
            RuntimeException answer = client.apply(headers(header));

            assertThat(waited(Patient.class, answer)).isNull();
        });
    }

    /** However it is spread over lines, a retry isn't earlier than any of them says. */
    @ParameterizedTest
    @CsvSource({"5, 7", "7, 5", "7, soon", "soon, 7", "0, 7"})
    void ofSeveralTheLongestHolds(String first, String second) {
        clients().forEach(client -> assertThat(waited(Eager.class, client.apply(headers(first, second))))
                .as("%s", client)
                .isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void itsOwnDelayIsTheLeast() {
        clients().forEach(client -> assertThat(waited(Patient.class, client.apply(headers("0"))))
                .isEqualTo(OWN_DELAY));
    }

    @ParameterizedTest
    @CsvSource({"7000, 7000", "0, 0", "-1, 0", "3600000, 3600000"})
    void anExceptionOfTheApplicationMaySayTheSame(long said, long millis) {
        RetryableException busy = new RetryableException("busy", null, Duration.ofMillis(said));

        assertThat(waited(Eager.class, busy)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void aWaitThatWouldEndWithTheDeadlineIsNotBegun() {
        clients().forEach(client -> {
            assertThat(waited(Hurried.class, client.apply(headers("4")))).isEqualTo(Duration.ofSeconds(4));
            assertThat(waited(Hurried.class, client.apply(headers("5")))).isNull();
            assertThat(waited(Hurried.class, client.apply(headers("6")))).isNull();
        });
    }

    private static HttpHeaders headers(String... values) {
        HttpHeaders headers = new HttpHeaders();
        headers.addAll("Retry-After", List.of(values));
        return headers;
    }

    /** How long a call waits before it tries again; null if it fails at once, with what it was given. */
    private static @Nullable Duration waited(Class<? extends Service> type, RuntimeException answer) {
        begun = time.nanos();
        Throwable thrown = catchThrowable(() -> context.getBean(type).call(answer, new AtomicInteger()));
        Duration waited = Duration.ofNanos(time.nanos() - begun);
        assertThat(thrown).isIn(answer, null);
        assertThat(waited.isZero() || thrown == null).as("waited and failed").isTrue();
        return thrown == null ? waited : null;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Starting {}

    abstract static class Service {

        public void call(RuntimeException answer, AtomicInteger attempts) {
            if (attempts.getAndIncrement() == 0) {
                throw answer;
            }
        }
    }

    @Retryable(delay = "0ms", maxDelay = "1h", maxAttempts = "2")
    static class Eager extends Service {}

    @Retryable(delay = "200ms", maxDelay = "1h", maxAttempts = "2", jitter = "none")
    static class Patient extends Service {}

    @Retryable(delay = "0ms", maxDelay = "1h", maxAttempts = "2")
    @Timeout(total = "5s")
    static class Hurried extends Service {}
}
