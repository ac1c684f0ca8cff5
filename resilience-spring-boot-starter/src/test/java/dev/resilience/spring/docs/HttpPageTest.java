package dev.resilience.spring.docs;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.web.Served;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The example of the page about limits for requests, as a client sees it. */
class HttpPageTest {

    private static final String YAML = Document.pattern("http").blocks("yaml").get(0);

    @Test
    void logInsAreCountedWhenTheyFail() {
        try (Served served = Served.with(WebApplicationType.SERVLET, YAML, Pages.class)) {
            for (int success = 0; success < 10; success++) {
                assertThat(logIn(served, "secret").statusCode()).isEqualTo(200);
            }
            for (int guess = 0; guess < 5; guess++) {
                assertThat(logIn(served, "guess").statusCode()).isEqualTo(401);
            }

            HttpResponse<String> refused = logIn(served, "secret");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("\"policy\":\"POST /api/v1/auth/login\"");

            served.time.advance(Duration.ofSeconds(Long.parseLong(header(refused, "Retry-After"))));
            assertThat(logIn(served, "secret").statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> logIn(Served served, String password) {
        return served.post("/api/v1/auth/login?password=" + password);
    }

    @Configuration
    static class Pages {

        @Bean
        LogIn logIn() {
            return new LogIn();
        }
    }

    @RestController
    static class LogIn {

        @PostMapping("/api/v1/auth/login")
        ResponseEntity<String> logIn(@RequestParam("password") String password) {
            return ResponseEntity.status(password.equals("secret") ? 200 : 401).body("answer");
        }
    }
}
