package dev.resilience.spring.web;

import dev.resilience.spring.annotation.Cached;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Cached handlers, each in three dialects below a path of its own; every load gives another answer. They are found as members. */
@Configuration
public class CachedPages {

    static final String YAML = """
            logging.level: {org.apache: "OFF", org.springframework: "OFF", reactor: "OFF"}
            resilience:
              defaults.caches: {ttl: 60s, ttl-jitter: 0}
              caches:
                weak: {etag: weak}
                untagged: {etag: off}
                shared: {http: public}
                silent: {http: off}
                none: {ttl: 0}
                rescued: {stale-if-error: 1h}
            """;

    @Bean
    Source source() {
        return new Source();
    }

    /** What is behind the caches. */
    public static class Source {
        private final AtomicInteger loads = new AtomicInteger();
        private volatile boolean down;

        /** By a method, because the bean is a proxy. */
        public void down(boolean now) {
            down = now;
        }

        public String next(String what) {
            if (down) {
                throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE);
            }
            return what + " " + loads.incrementAndGet();
        }

        @Cached("service")
        public String cached(String what) {
            return next(what);
        }

        public ResponseEntity<String> own(String what) {
            return ResponseEntity.ok()
                    .header("Cache-Control", "max-age=7")
                    .header("ETag", "\"own\"")
                    .header("Vary", "X-Own")
                    .header("Cache-Status", "upstream; hit")
                    .body(next(what));
        }

        public ResponseEntity<String> secret(String what) {
            return ResponseEntity.ok().header("Cache-Control", "no-store").body(next(what));
        }

        public ResponseEntity<String> cookie(String what) {
            return ResponseEntity.ok()
                    .header("Set-Cookie", ResponseCookie.from("a", "b").build().toString())
                    .body(next(what));
        }

        public ResponseEntity<String> missing(String what) {
            return ResponseEntity.status(404).body(next(what));
        }
    }

    @RestController
    @RequestMapping("/plain")
    static class Plain {
        private final Source source;

        Plain(Source source) {
            this.source = source;
        }

        @GetMapping("/quotes/{what}")
        @Cached("plain-quotes")
        public String quote(@PathVariable("what") String what) {
            return source.next(what);
        }

        @GetMapping("/json")
        @Cached("plain-json")
        public Answer json() {
            return new Answer(source.next("json"));
        }

        @GetMapping(path = "/weak", produces = "text/plain")
        @Cached(base = "weak")
        public String weak() {
            return source.next("weak");
        }

        @GetMapping("/untagged")
        @Cached(base = "untagged")
        public String untagged() {
            return source.next("untagged");
        }

        @GetMapping("/shared")
        @Cached(base = "shared")
        public String shared() {
            return source.next("shared");
        }

        @GetMapping("/cookie")
        @Cached(base = "shared")
        public ResponseEntity<String> cookie() {
            return source.cookie("cookie");
        }

        @GetMapping("/silent")
        @Cached(base = "silent")
        public String silent() {
            return source.next("silent");
        }

        @GetMapping("/none")
        @Cached(base = "none")
        public String none() {
            return source.next("none");
        }

        @GetMapping("/rescued")
        @Cached(base = "rescued")
        public String rescued() {
            return source.next("rescued");
        }

        @GetMapping("/own")
        @Cached
        public ResponseEntity<String> own() {
            return source.own("own");
        }

        @GetMapping("/secret")
        @Cached
        public ResponseEntity<String> secret() {
            return source.secret("secret");
        }

        @GetMapping("/missing")
        @Cached
        public ResponseEntity<String> missing() {
            return source.missing("missing");
        }

        @PostMapping("/post")
        @Cached
        public String post() {
            return source.next("post");
        }

        @GetMapping("/by-header")
        @Cached
        public String byHeader(@RequestHeader(name = "X-Tenant", required = false) String tenant) {
            return source.next("tenant " + tenant);
        }

        @GetMapping("/by-service")
        public String byService() {
            return source.cached("service");
        }

        @GetMapping("/uncached")
        public String uncached() {
            return source.next("uncached");
        }
    }

    @RestController
    @RequestMapping("/stage")
    static class Staged {
        private final Source source;

        Staged(Source source) {
            this.source = source;
        }

        private static <T> CompletableFuture<T> later(Supplier<T> answer) {
            return CompletableFuture.supplyAsync(answer);
        }

        @GetMapping("/quotes/{what}")
        @Cached("stage-quotes")
        public CompletableFuture<String> quote(@PathVariable("what") String what) {
            return later(() -> source.next(what));
        }

        @GetMapping("/json")
        @Cached("stage-json")
        public CompletableFuture<Answer> json() {
            return later(() -> new Answer(source.next("json")));
        }

        @GetMapping(path = "/weak", produces = "text/plain")
        @Cached(base = "weak")
        public CompletableFuture<String> weak() {
            return later(() -> source.next("weak"));
        }

        @GetMapping("/untagged")
        @Cached(base = "untagged")
        public CompletableFuture<String> untagged() {
            return later(() -> source.next("untagged"));
        }

        @GetMapping("/shared")
        @Cached(base = "shared")
        public CompletableFuture<String> shared() {
            return later(() -> source.next("shared"));
        }

        @GetMapping("/cookie")
        @Cached(base = "shared")
        public CompletableFuture<ResponseEntity<String>> cookie() {
            return later(() -> source.cookie("cookie"));
        }

        @GetMapping("/silent")
        @Cached(base = "silent")
        public CompletableFuture<String> silent() {
            return later(() -> source.next("silent"));
        }

        @GetMapping("/none")
        @Cached(base = "none")
        public CompletableFuture<String> none() {
            return later(() -> source.next("none"));
        }

        @GetMapping("/rescued")
        @Cached(base = "rescued")
        public CompletableFuture<String> rescued() {
            return later(() -> source.next("rescued"));
        }

        @GetMapping("/own")
        @Cached
        public CompletableFuture<ResponseEntity<String>> own() {
            return later(() -> source.own("own"));
        }

        @GetMapping("/secret")
        @Cached
        public CompletableFuture<ResponseEntity<String>> secret() {
            return later(() -> source.secret("secret"));
        }

        @GetMapping("/missing")
        @Cached
        public CompletableFuture<ResponseEntity<String>> missing() {
            return later(() -> source.missing("missing"));
        }

        @PostMapping("/post")
        @Cached
        public CompletableFuture<String> post() {
            return later(() -> source.next("post"));
        }

        @GetMapping("/by-header")
        @Cached
        public CompletableFuture<String> byHeader(@RequestHeader(name = "X-Tenant", required = false) String tenant) {
            return later(() -> source.next("tenant " + tenant));
        }

        @GetMapping("/by-service")
        public CompletableFuture<String> byService() {
            return CompletableFuture.completedFuture(source.cached("service"));
        }

        @GetMapping("/uncached")
        public CompletableFuture<String> uncached() {
            return later(() -> source.next("uncached"));
        }
    }

    @RestController
    @RequestMapping("/mono")
    static class Reactive {
        private final Source source;

        Reactive(Source source) {
            this.source = source;
        }

        private static <T> Mono<T> later(Supplier<T> answer) {
            return Mono.fromSupplier(answer).subscribeOn(Schedulers.boundedElastic());
        }

        @GetMapping("/quotes/{what}")
        @Cached("mono-quotes")
        public Mono<String> quote(@PathVariable("what") String what) {
            return later(() -> source.next(what));
        }

        @GetMapping("/json")
        @Cached("mono-json")
        public Mono<Answer> json() {
            return later(() -> new Answer(source.next("json")));
        }

        @GetMapping(path = "/weak", produces = "text/plain")
        @Cached(base = "weak")
        public Mono<String> weak() {
            return later(() -> source.next("weak"));
        }

        @GetMapping("/untagged")
        @Cached(base = "untagged")
        public Mono<String> untagged() {
            return later(() -> source.next("untagged"));
        }

        @GetMapping("/shared")
        @Cached(base = "shared")
        public Mono<String> shared() {
            return later(() -> source.next("shared"));
        }

        @GetMapping("/cookie")
        @Cached(base = "shared")
        public Mono<ResponseEntity<String>> cookie() {
            return later(() -> source.cookie("cookie"));
        }

        @GetMapping("/silent")
        @Cached(base = "silent")
        public Mono<String> silent() {
            return later(() -> source.next("silent"));
        }

        @GetMapping("/none")
        @Cached(base = "none")
        public Mono<String> none() {
            return later(() -> source.next("none"));
        }

        @GetMapping("/rescued")
        @Cached(base = "rescued")
        public Mono<String> rescued() {
            return later(() -> source.next("rescued"));
        }

        @GetMapping("/own")
        @Cached
        public Mono<ResponseEntity<String>> own() {
            return later(() -> source.own("own"));
        }

        @GetMapping("/secret")
        @Cached
        public Mono<ResponseEntity<String>> secret() {
            return later(() -> source.secret("secret"));
        }

        @GetMapping("/missing")
        @Cached
        public Mono<ResponseEntity<String>> missing() {
            return later(() -> source.missing("missing"));
        }

        @PostMapping("/post")
        @Cached
        public Mono<String> post() {
            return later(() -> source.next("post"));
        }

        @GetMapping("/by-header")
        @Cached
        public Mono<String> byHeader(@RequestHeader(name = "X-Tenant", required = false) String tenant) {
            return later(() -> source.next("tenant " + tenant));
        }

        @GetMapping("/by-service")
        public Mono<String> byService() {
            return later(() -> source.cached("service"));
        }

        @GetMapping("/uncached")
        public Mono<String> uncached() {
            return later(() -> source.next("uncached"));
        }
    }

    record Answer(String text) {}
}
