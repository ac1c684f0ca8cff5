package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Whoever hangs up as soon as the answer is there doesn't take its guess back. */
class BrokenConnectionTest {

    private static final String YAML =
            "resilience.http.rules: [{path: /guess, methods: POST, limits: 2/1m, key: ip, charge-on: failure}]";

    private final ManualTime time = new ManualTime();

    @Test
    void aGuessWhoseAnswerCannotBeSentStaysCharged() {
        Web.runner(YAML, time, "tenant").withUserConfiguration(Guesses.class).run(context -> {
            HttpHandler handler = context.getBean(HttpHandler.class);
            for (int guess = 0; guess < 2; guess++) {
                MockServerHttpResponse broken = new MockServerHttpResponse();
                broken.setWriteHandler(body -> Mono.error(new IOException("Broken pipe")));
                handler.handle(guess().build(), broken).onErrorComplete().block();
            }

            assertThat(new Web(handler).send(guess()).status()).isEqualTo(429);
        });
    }

    private static MockServerHttpRequest.BaseBuilder<?> guess() {
        return MockServerHttpRequest.post("/guess").remoteAddress(new InetSocketAddress("203.0.113.9", 80));
    }

    @RestController
    static class Guesses {

        @PostMapping("/guess")
        Mono<ResponseEntity<String>> guess() {
            return Mono.just(ResponseEntity.status(401).body("wrong"));
        }
    }
}
