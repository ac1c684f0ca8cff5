package dev.resilience.spring.docs;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.web.Served;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The example of the page about HTTP caching, as a client sees it. */
class HttpCachingPageTest {

    private static final Document PAGE = Document.pattern("http-caching");
    private static final String YAML = PAGE.blocks("yaml").get(0) + "---\nresilience.defaults.caches.ttl-jitter: 0\n";

    @Test
    void aClientIsToldWhatThePageSays() {
        try (Served served = Served.with(WebApplicationType.SERVLET, YAML, Quotes.class)) {
            served.get("/api/v1/quotes/ACME");
            served.time.advance(Duration.ofSeconds(20));

            HttpResponse<String> later = served.get("/api/v1/quotes/ACME");

            PAGE.blocks("http")
                    .get(0)
                    .lines()
                    .skip(1)
                    .map(line -> line.split(": ", 2))
                    .forEach(told -> assertThat(header(later, told[0])).isEqualTo(told[1]));
            assertThat(served.get("/api/v1/quotes/ACME", "If-None-Match", header(later, "ETag"))
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    record Quote(String symbol, int cents) {}

    static final class Carrier {

        Quote quote(String symbol) {
            return new Quote(symbol, 4200);
        }
    }

    @RestController
    static class Quotes {
        private final Carrier carrier = new Carrier();

        @GetMapping("/api/v1/quotes/{symbol}")
        @Cached("quotes")
        public Quote quote(@PathVariable("symbol") String symbol) {
            return carrier.quote(symbol);
        }
    }
}
