package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.resilience.spring.annotation.Cached;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Bodies of cached handlers that are empty, large, broken, in part or left out, by real servers. */
@ParameterizedClass
@CsvSource({"SERVLET, /plain", "SERVLET, /mono", "REACTIVE, /mono"})
class BodiesOverHttpTest {

    private static final int LARGE = 5_000_000;

    private static final String YAML = """
            logging.level: {org.apache: "OFF", org.springframework: "OFF", reactor: "OFF"}
            resilience.defaults.caches: {ttl: 60s, ttl-jitter: 0}
            """;

    private static Served served;

    @Parameter(0)
    WebApplicationType type;

    @Parameter(1)
    String dialect;

    @BeforeParameterizedClassInvocation
    static void serve(WebApplicationType type) {
        served = Served.with(type, YAML, Plain.class, Reactive.class);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        served.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/text", "/empty", "/nothing", "/entity"})
    void whoHasItIsToldNothingAboutABody(String path) {
        HttpResponse<String> first = get(path);

        HttpResponse<String> known = get(path, "If-None-Match", "W/\"other\", " + header(first, "ETag"));

        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
        assertThat(known.headers().map())
                .doesNotContainKeys("content-length", "content-type", "transfer-encoding")
                .containsKeys("etag", "age", "cache-control", "vary");
        assertThat(header(known, "ETag")).isEqualTo(header(first, "ETag"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/empty", "/nothing"})
    void nothingIsABodyLikeAnyOther(String path) {
        HttpResponse<String> nothing = get(path);

        assertThat(nothing.statusCode()).isEqualTo(200);
        assertThat(nothing.body()).isEmpty();
        assertThat(header(nothing, "Content-Length")).isEqualTo("0");
        assertThat(header(nothing, "ETag")).isEqualTo(header(get(path), "ETag")).isNotNull();
    }

    @Test
    void aLargeBodyArrivesWhole() {
        get("/large");

        HttpResponse<String> large = get("/large");

        assertThat(large.body()).hasSize(LARGE).endsWith("yz");
        assertThat(header(large, "Content-Length")).isEqualTo(String.valueOf(LARGE));
        HttpResponse<String> head = served.send("HEAD", dialect + "/large");
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length")).isEqualTo(String.valueOf(LARGE));
        assertThat(header(head, "ETag")).isEqualTo(header(large, "ETag"));
        assertThat(get("/large", "If-None-Match", header(large, "ETag")).statusCode())
                .isEqualTo(304);
    }

    @Test
    void whoAsksForAPartOfATextGetsAllOfIt() {
        HttpResponse<String> whole = get("/text", "Range", "bytes=0-1");

        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo("text");
        assertThat(whole.headers().map()).doesNotContainKeys("content-range", "accept-ranges");
    }

    @Test
    void aPartOfAResourceIsNotToldAsTheWhole() {
        HttpResponse<String> whole = get("/resource");
        HttpResponse<String> part = get("/resource", "Range", "bytes=0-1");

        assertThat(whole.body()).isEqualTo("resource");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("re");
        assertThat(part.headers().map()).doesNotContainKeys("etag", "age", "cache-status");
    }

    @Test
    void whatBreaksWhileItIsRenderedIsAFailure() {
        HttpResponse<String> broken = get("/broken", "If-None-Match", "*");

        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.body()).doesNotContain("half");
        assertThat(broken.headers().map()).doesNotContainKeys("etag", "cache-control", "age", "cache-status");
    }

    private HttpResponse<String> get(String path, String... headers) {
        return served.get(dialect + path, headers);
    }

    /** Breaks in the middle of its rendering. */
    @JsonPropertyOrder({"text", "end"})
    record Broken(@JsonProperty("text") String text) {

        @JsonProperty("end")
        String end() {
            throw new IllegalStateException("in the middle");
        }
    }

    @RestController
    @RequestMapping("/plain")
    static class Plain {

        @GetMapping("/text")
        @Cached
        public String text() {
            return "text";
        }

        @GetMapping("/empty")
        @Cached
        public String empty() {
            return "";
        }

        @GetMapping("/nothing")
        @Cached
        public String nothing() {
            return null;
        }

        @GetMapping("/entity")
        @Cached
        public ResponseEntity<String> entity() {
            return ResponseEntity.ok("entity");
        }

        @GetMapping("/large")
        @Cached
        public String large() {
            return "x".repeat(LARGE - 2) + "yz";
        }

        @GetMapping("/resource")
        @Cached
        public Resource resource() {
            return new ByteArrayResource("resource".getBytes());
        }

        @GetMapping("/broken")
        @Cached
        public Broken broken() {
            return new Broken("half");
        }
    }

    @RestController
    @RequestMapping("/mono")
    static class Reactive {

        @GetMapping("/text")
        @Cached
        public Mono<String> text() {
            return Mono.just("text");
        }

        @GetMapping("/empty")
        @Cached
        public Mono<String> empty() {
            return Mono.just("");
        }

        @GetMapping("/nothing")
        @Cached
        public Mono<String> nothing() {
            return Mono.empty();
        }

        @GetMapping("/entity")
        @Cached
        public Mono<ResponseEntity<String>> entity() {
            return Mono.just(ResponseEntity.ok("entity"));
        }

        @GetMapping("/large")
        @Cached
        public Mono<String> large() {
            return Mono.just("x".repeat(LARGE - 2) + "yz");
        }

        @GetMapping("/resource")
        @Cached
        public Mono<Resource> resource() {
            return Mono.just(new ByteArrayResource("resource".getBytes()));
        }

        @GetMapping("/broken")
        @Cached
        public Mono<Broken> broken() {
            return Mono.just(new Broken("half"));
        }
    }
}
