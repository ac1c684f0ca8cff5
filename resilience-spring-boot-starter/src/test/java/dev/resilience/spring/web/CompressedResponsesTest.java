package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** A tag mustn't keep a server from compressing, nor tell of bytes that aren't sent. */
class CompressedResponsesTest {

    private static final String YAML = """
            server.compression: {enabled: true, min-response-size: 10B}
            resilience.defaults.caches: {ttl: 60s, ttl-jitter: 0}
            """;

    @ParameterizedTest
    @EnumSource(names = {"SERVLET", "REACTIVE"})
    void compressedResponsesHaveWeakTags(WebApplicationType type) {
        try (Served served = Served.with(type, YAML, Handlers.class)) {
            HttpResponse<String> compressed = served.get("/large", "Accept-Encoding", "gzip");
            HttpResponse<String> plain = served.get("/large");

            assertThat(header(compressed, "Content-Encoding")).isEqualTo("gzip");
            assertThat(header(compressed, "ETag")).startsWith("W/\"").isEqualTo(header(plain, "ETag"));
            assertThat(served.get("/large", "Accept-Encoding", "gzip", "If-None-Match", header(plain, "ETag"))
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    @RestController
    static class Handlers {

        @GetMapping(path = "/large", produces = "text/plain")
        @Cached
        public Mono<String> large() {
            return Mono.just("large ".repeat(10_000));
        }
    }
}
