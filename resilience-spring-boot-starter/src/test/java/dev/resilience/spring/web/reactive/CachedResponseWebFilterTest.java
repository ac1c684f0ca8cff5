package dev.resilience.spring.web.reactive;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.web.Served;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ZeroCopyHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What only WebFlux has: sessions and cookies that come when the response begins, bodies in pieces, other dialects. */
class CachedResponseWebFilterTest {

    private static final String YAML = """
            logging.level: {org.springframework: "OFF", reactor: "OFF"}
            resilience:
              defaults.caches: {ttl: 60s, ttl-jitter: 0}
              caches: {shared: {http: public}}
            """;

    @TempDir
    private static Path files;

    private static Served served;

    @BeforeAll
    static void serve() {
        served = Served.with(WebApplicationType.REACTIVE, YAML, Filters.class, Handlers.class);
    }

    @AfterAll
    static void close() {
        served.close();
    }

    @Test
    void whoIsLoggedInIsAnsweredPrivately() {
        assertThat(header(served.get("/shared"), "Cache-Control")).startsWith("public");

        HttpResponse<String> known = served.get("/shared", "X-User", "ada");

        assertThat(header(known, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(known, "Vary")).isEqualTo("Cookie, Accept");
    }

    @Test
    void soIsWhoGetsASessionWhenTheResponseBegins() {
        HttpResponse<String> first = served.get("/shared", "X-Session", "start");

        assertThat(header(first, "Set-Cookie")).startsWith("SESSION=");
        assertThat(header(first, "Cache-Control")).startsWith("private");
        String cookie = header(first, "Set-Cookie").replaceAll(";.*", "");
        assertThat(header(served.get("/shared", "Cookie", cookie), "Cache-Control"))
                .startsWith("private");
        assertThat(header(served.get("/shared", "Cookie", "seen=yes"), "Cache-Control"))
                .startsWith("public");
    }

    @Test
    void soIsWhoGetsACookieAtTheLastMoment() {
        HttpResponse<String> answer = served.get("/shared", "X-Cookie", "late");

        assertThat(header(answer, "Set-Cookie")).startsWith("late=1");
        assertThat(header(answer, "Cache-Control")).isEqualTo("private, max-age=60");
    }

    @Test
    void whoSetsHeadersWhenTheResponseBeginsFindsOurs() {
        HttpResponse<String> answer = served.get("/shared", "X-Careful", "yes");

        assertThat(header(answer, "Cache-Control")).isEqualTo("public, max-age=60");
        assertThat(header(served.get("/flux", "X-Careful", "yes"), "Cache-Control"))
                .isEqualTo("no-store");
    }

    @Test
    void aBodyInPiecesHasTimesAndNoTag() {
        HttpResponse<String> resource = served.get("/resource");

        assertThat(resource.body()).isEqualTo("resource");
        assertThat(header(resource, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(resource, "Age")).isEqualTo("0");
    }

    @Test
    void whatIsNotKnownToBelongToItsRequestIsNotTold() {
        for (String path : new String[] {"/plain", "/stage", "/flux"}) {
            HttpResponse<String> answer = served.get(path, "If-None-Match", "*");

            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).isEqualTo("answer");
            assertThat(header(answer, "ETag")).as(path).isNull();
            assertThat(header(answer, "Cache-Control")).as(path).isNull();
        }
    }

    @Test
    void nothingThatIsKeptIsAnAnswerAsWell() {
        HttpResponse<String> nothing = served.get("/nothing");

        assertThat(nothing.statusCode()).isEqualTo(200);
        assertThat(header(nothing, "Cache-Control")).isEqualTo("private, max-age=60");
    }

    @Test
    void filesAreStillSentByTheServerItself() {
        assertThat(served.get("/sends-files").body()).isEqualTo("true");

        HttpResponse<String> file = served.get("/file");

        assertThat(file.body()).isEqualTo("file");
        assertThat(header(file, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(file, "Age")).isEqualTo("0");
        assertThat(header(file, "ETag")).isNull();
    }

    @Configuration
    static class Filters {

        @Bean
        @Order(0)
        WebFilter callers() {
            return (exchange, chain) -> {
                var headers = exchange.getRequest().getHeaders();
                String user = headers.getFirst("X-User");
                Principal principal = () -> user;
                if (headers.containsHeader("X-Cookie")) {
                    exchange.getResponse().beforeCommit(() -> {
                        exchange.getResponse()
                                .addCookie(ResponseCookie.from("late", "1").build());
                        return Mono.empty();
                    });
                }
                if (headers.containsHeader("X-Careful")) {
                    exchange.getResponse().beforeCommit(() -> {
                        var told = exchange.getResponse().getHeaders();
                        if (!told.containsHeader("Cache-Control")) {
                            told.set("Cache-Control", "no-store");
                        }
                        return Mono.empty();
                    });
                }
                Mono<Void> session = headers.containsHeader("X-Session")
                        ? exchange.getSession()
                                .doOnNext(begun -> begun.getAttributes().put("a", "b"))
                                .then()
                        : Mono.empty();
                return session.then(chain.filter(
                        user == null
                                ? exchange
                                : exchange.mutate()
                                        .principal(Mono.just(principal))
                                        .build()));
            };
        }
    }

    @RestController
    static class Handlers {

        @GetMapping("/shared")
        @Cached("shared")
        public Mono<String> shared() {
            return Mono.just("shared");
        }

        @GetMapping("/resource")
        @Cached
        public Mono<Resource> resource() {
            return Mono.just(new ByteArrayResource("resource".getBytes()));
        }

        @GetMapping("/sends-files")
        String sendsFiles(ServerHttpResponse response) {
            return String.valueOf(response instanceof ZeroCopyHttpOutputMessage);
        }

        @GetMapping("/file")
        @Cached
        public Mono<Resource> file() {
            return Mono.fromCallable(() -> new FileSystemResource(Files.writeString(files.resolve("file"), "file")));
        }

        @GetMapping("/nothing")
        @Cached
        public Mono<String> nothing() {
            return Mono.empty();
        }

        @GetMapping("/plain")
        @Cached
        public String plain() {
            return "answer";
        }

        @GetMapping("/stage")
        @Cached
        public CompletableFuture<String> stage() {
            return CompletableFuture.completedFuture("answer");
        }

        @GetMapping("/flux")
        Flux<String> flux() {
            return Flux.just("ans", "wer");
        }
    }
}
