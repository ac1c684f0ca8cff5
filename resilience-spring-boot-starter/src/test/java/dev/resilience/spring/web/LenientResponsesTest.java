package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.web.CachedPages.Source;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** What clients are told of results whose time is over, and of failures that are kept, by real servers. */
@ParameterizedClass
@CsvSource({"SERVLET, /plain", "SERVLET, /mono", "REACTIVE, /mono"})
class LenientResponsesTest {

    private static final String YAML = """
            logging.level: {org.apache: "OFF", org.springframework: "OFF", reactor: "OFF"}
            resilience:
              defaults.caches: {ttl: 60s, ttl-jitter: 0}
              caches:
                renewed: {stale-if-error: 1h, stale-while-revalidate: 30s}
                refused: {negative-ttl: 10s}
                lenient: {negative-ttl: 10s, stale-if-error: 1h}
            """;

    private static Served served;

    @Parameter(0)
    WebApplicationType type;

    @Parameter(1)
    String dialect;

    @BeforeParameterizedClassInvocation
    static void serve(WebApplicationType type) {
        served = Served.with(type, YAML, Source.class, Plain.class, Reactive.class, Advice.class);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        served.close();
    }

    @BeforeEach
    void up() {
        served.bean(Source.class).down(false);
    }

    @AfterEach
    void forget() {
        served.time.advance(Duration.ofHours(3));
    }

    @Test
    void whatMayBeGivenWhileItIsLoadedAnewIsToldAsSuch() {
        assertThat(header(get("/renewed"), "Cache-Control"))
                .isEqualTo("private, max-age=60, stale-while-revalidate=30, stale-if-error=3600");
    }

    @Test
    void whatIsLoadedAnewBehindItsAnswerIsStaleAndItsTimeIsStretchedOnlyOnce() {
        HttpResponse<String> first = get("/renewed");
        served.time.advance(Duration.ofMillis(75_500));
        served.bean(Source.class).down(true);

        HttpResponse<String> stale = get("/renewed");

        assertThat(stale.body()).isEqualTo(first.body());
        assertThat(header(stale, "ETag")).isEqualTo(header(first, "ETag"));
        assertThat(header(stale, "Cache-Control")).isEqualTo("private, max-age=0");
        assertThat(header(stale, "Age")).isEqualTo("75");
        assertThat(header(stale, "Cache-Status")).isEqualTo("resilience; hit; ttl=-16; detail=stale");
        assertThat(get("/renewed", "If-None-Match", header(first, "ETag")).statusCode())
                .isEqualTo(304);
    }

    @Test
    void whoeverComesAfterTheNewResultIsToldOfThat() {
        HttpResponse<String> first = get("/renewed");
        served.time.advance(Duration.ofSeconds(70));
        get("/renewed");
        HttpResponse<String> next = get("/renewed");
        for (int look = 0; next.body().equals(first.body()) && look < 1_000; look++) {
            Thread.onSpinWait();
            next = get("/renewed");
        }

        assertThat(next.body()).isNotEqualTo(first.body());
        assertThat(header(next, "ETag")).isNotEqualTo(header(first, "ETag"));
        assertThat(header(next, "Age")).isEqualTo("0");
        assertThat(header(next, "Cache-Status")).isEqualTo("resilience; hit; ttl=60");
    }

    @Test
    void aFailureThatIsKeptHasNothingOfASuccess() {
        served.bean(Source.class).down(true);
        HttpResponse<String> failed = get("/refused");
        served.bean(Source.class).down(false);

        HttpResponse<String> kept = get("/refused", "If-None-Match", "*");

        assertThat(failed.statusCode()).isEqualTo(kept.statusCode()).isEqualTo(503);
        expectNoHeaders(failed);
        expectNoHeaders(kept);
        served.time.advance(Duration.ofSeconds(11));
        assertThat(header(get("/refused"), "Cache-Status")).isEqualTo("resilience; fwd=miss; stored");
    }

    @Test
    void noMoreHasWhatItsHandlerMakesOfIt() {
        served.bean(Source.class).down(true);
        get("/told");

        HttpResponse<String> told = get("/told", "If-None-Match", "*");

        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.body()).isEqualTo("down for now");
        expectNoHeaders(told);
    }

    @Test
    void whatIsGivenInPlaceOfAKeptFailureIsStale() {
        HttpResponse<String> first = get("/lenient");
        served.time.advance(Duration.ofSeconds(61));
        served.bean(Source.class).down(true);
        get("/lenient");
        served.time.advance(Duration.ofSeconds(4));

        HttpResponse<String> stale = get("/lenient");

        assertThat(stale.body()).isEqualTo(first.body());
        assertThat(header(stale, "Cache-Control")).isEqualTo("private, max-age=0");
        assertThat(header(stale, "Age")).isEqualTo("65");
        assertThat(header(stale, "Cache-Status")).isEqualTo("resilience; hit; ttl=-5; detail=stale");
    }

    private HttpResponse<String> get(String path, String... headers) {
        return served.get(dialect + path, headers);
    }

    private static void expectNoHeaders(HttpResponse<String> answer) {
        assertThat(answer.headers().map()).doesNotContainKeys("etag", "cache-control", "age", "cache-status");
    }

    private static String orElse(Source source) {
        try {
            return source.next("told");
        } catch (ResponseStatusException down) {
            throw new DownException();
        }
    }

    static class DownException extends RuntimeException {}

    @RestControllerAdvice
    static class Advice {

        @ExceptionHandler(DownException.class)
        String down() {
            return "down for now";
        }
    }

    @RestController
    @RequestMapping("/plain")
    static class Plain {
        private final Source source;

        Plain(Source source) {
            this.source = source;
        }

        @GetMapping("/renewed")
        @Cached(base = "renewed")
        public String renewed() {
            return source.next("renewed");
        }

        @GetMapping("/refused")
        @Cached(base = "refused")
        public String refused() {
            return source.next("refused");
        }

        @GetMapping("/lenient")
        @Cached(base = "lenient")
        public String lenient() {
            return source.next("lenient");
        }

        @GetMapping("/told")
        @Cached(base = "refused")
        public String told() {
            return orElse(source);
        }
    }

    @RestController
    @RequestMapping("/mono")
    static class Reactive {
        private final Source source;

        Reactive(Source source) {
            this.source = source;
        }

        @GetMapping("/renewed")
        @Cached(base = "renewed")
        public Mono<String> renewed() {
            return Mono.fromSupplier(() -> source.next("renewed"));
        }

        @GetMapping("/refused")
        @Cached(base = "refused")
        public Mono<String> refused() {
            return Mono.fromSupplier(() -> source.next("refused"));
        }

        @GetMapping("/lenient")
        @Cached(base = "lenient")
        public Mono<String> lenient() {
            return Mono.fromSupplier(() -> source.next("lenient"));
        }

        @GetMapping("/told")
        @Cached(base = "refused")
        public Mono<String> told() {
            return Mono.fromSupplier(() -> orElse(source));
        }
    }
}
