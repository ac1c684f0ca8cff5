package dev.resilience.spring.web.servlet;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.web.Served;
import jakarta.servlet.Filter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** What only a servlet container does beside Spring Security, and what both stacks do in the same way is shown for both elsewhere. */
class RulesWithSecurityTest {

    private static final String YAML = """
            resilience:
              http:
                reset: delta
                rules:
                  - {name: secured, path: /secured/**, limits: 3/1m, key: ip, charge-on: failure}
                  - {name: login, path: /login, methods: POST, limits: 3/1m, key: ip, charge-on: failure}
                  - {name: later, path: /later, limits: 2/1m, key: ip, charge-on: failure}
                  - {name: forbidden, path: /secured/forbidden, limits: 2/1m, key: principal, charge-on: failure}
                  - {name: callers, path: /secured/callers, limits: 2/1m, key: principal}
                  - {name: early, path: /phases/**, limits: 3/1m, key: ip}
                  - {name: early failures, path: /phases/**, limits: 3/1m, key: ip, charge-on: failure, failure-statuses: 429}
                  - {name: late, path: /phases/refused, limits: 1/1m, key: caller}
            """;

    private static final String ADA = basic("ada", "secret");
    private static final String BOB = basic("bob", "secret");
    private static final String WRONG = basic("ada", "guess");

    private static Served served;

    @BeforeAll
    static void serve() {
        served = Served.with(WebApplicationType.SERVLET, YAML, Secured.class);
    }

    @AfterAll
    static void close() {
        served.close();
    }

    @AfterEach
    void waitUntilNothingIsCharged() {
        served.time.advance(Duration.ofMinutes(1));
    }

    @Test
    void aFailureThatTheControllerAnswersCounts() {
        for (int guess = 0; guess < 3; guess++) {
            assertThat(served.post("/login?answer=401").statusCode()).isEqualTo(401);
        }

        HttpResponse<String> refused = served.post("/login?answer=200");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "Retry-After")).isEqualTo("60");
    }

    @Test
    void anAsynchronousRequestIsJudgedByItsAnswer() {
        for (int success = 0; success < 5; success++) {
            assertThat(served.post("/later?answer=200").statusCode()).isEqualTo(200);
        }
        served.post("/later?answer=401");
        served.post("/later?answer=401");

        assertThat(served.post("/later?answer=200").statusCode()).isEqualTo(429);
    }

    @Test
    void anExceptionCountsAsTheStatusItBecomes() {
        for (int call = 0; call < 10; call++) {
            assertThat(served.post("/login?answer=500").statusCode()).isEqualTo(500);
        }
    }

    @Test
    void guessesSideBySideDontPassAsTheFirstOne() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(12);
        Guesses.begin();
        try {
            List<CompletableFuture<Integer>> guesses = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> served.post("/login?answer=slow").statusCode(), pool))
                    .limit(12)
                    .toList();
            int refused = 0;
            while (refused < 9) {
                refused =
                        (int) guesses.stream().filter(CompletableFuture::isDone).count();
                Thread.onSpinWait();
            }
            Guesses.end();

            assertThat(guesses.stream().map(CompletableFuture::join))
                    .containsOnly(401, 429)
                    .filteredOn(status -> status == 401)
                    .hasSizeLessThanOrEqualTo(3);
        } finally {
            Guesses.end();
            pool.shutdown();
        }
    }

    @Test
    void whatTheControllerMayNotDoForTheCallerIsAFailureThoughSpringSecurityAnswersItFurtherOut() {
        assertThat(get("/secured/forbidden", BOB).statusCode()).isEqualTo(403);
        assertThat(get("/secured/forbidden", BOB).statusCode()).isEqualTo(403);

        assertThat(get("/secured/forbidden", BOB).statusCode()).isEqualTo(429);
    }

    @Test
    void whoIsNotLetInIsNoCallerYet() {
        assertThat(get("/secured/callers", WRONG).statusCode()).isEqualTo(401);
        assertThat(header(get("/secured/callers", ADA), "X-RateLimit-Remaining"))
                .isEqualTo("1");
    }

    @Test
    void whatALaterRuleRefusesIsChargedToNoEarlierOne() {
        assertThat(served.get("/phases/refused").statusCode()).isEqualTo(200);
        for (int refused = 0; refused < 3; refused++) {
            assertThat(served.get("/phases/refused").statusCode()).isEqualTo(429);
        }

        assertThat(header(served.get("/phases/page"), "X-RateLimit-Remaining")).isEqualTo("1");
        assertThat(header(served.get("/phases/later"), "X-RateLimit-Remaining")).isEqualTo("0");
    }

    @Test
    void whoIsNotLoggedInUsesUpNobodysLimit() {
        assertThat(served.get("/phases/refused").statusCode()).isEqualTo(200);
        assertThat(served.get("/phases/refused").statusCode()).isEqualTo(429);

        assertThat(get("/phases/refused", ADA).statusCode()).isEqualTo(200);
        assertThat(get("/phases/refused", ADA).statusCode()).isEqualTo(429);
        assertThat(get("/phases/refused", BOB).statusCode()).isEqualTo(200);
        assertThat(shown("late", "ada")).contains("used=1");
        assertThat(shown("late", "127.0.0.1")).contains("used=1");
        assertThat(shown("late", "cyd")).contains("used=0");
    }

    private static String shown(String limiter, String key) {
        return served.bean(PolicyRegistry.class)
                .find("rate-limiters", limiter)
                .flatMap(instance -> instance.key(key, null))
                .orElseThrow()
                .details()
                .toString();
    }

    private static HttpResponse<String> get(String path, String authorization) {
        return served.get(path, "Authorization", authorization);
    }

    private static String basic(String name, String password) {
        byte[] credentials = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    /** Holds guesses until all have arrived that can. */
    private static final class Guesses {
        private static volatile CountDownLatch ended = new CountDownLatch(0);

        static void begin() {
            ended = new CountDownLatch(1);
        }

        static void end() {
            ended.countDown();
        }

        static void await() throws InterruptedException {
            if (!ended.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody ends the guesses");
            }
        }
    }

    @Configuration
    @EnableWebSecurity
    static class Secured {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.csrf(csrf -> csrf.disable())
                    .authorizeHttpRequests(requests -> requests.requestMatchers("/secured/**")
                            .authenticated()
                            .anyRequest()
                            .permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(
                    User.withUsername("ada")
                            .password("{noop}secret")
                            .roles("ADMIN")
                            .build(),
                    User.withUsername("bob")
                            .password("{noop}secret")
                            .roles("USER")
                            .build());
        }

        @Bean
        FilterRegistrationBean<Filter> security(@Qualifier("springSecurityFilterChain") Filter chain) {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(chain);
            registration.setOrder(-100);
            return registration;
        }

        @Bean
        Controller controller() {
            return new Controller();
        }
    }

    @RestController
    static class Controller {

        @GetMapping("/secured/forbidden")
        String forbidden() {
            throw new AccessDeniedException("as method security does");
        }

        @GetMapping({"/secured/{page}", "/phases/{page}"})
        String page() {
            return "page";
        }

        @GetMapping("/phases/later")
        Callable<String> phased() {
            return () -> "later";
        }

        @PostMapping("/later")
        Callable<ResponseEntity<String>> later(@RequestParam("answer") int answer) {
            return () -> ResponseEntity.status(answer).body("answer");
        }

        @PostMapping("/login")
        ResponseEntity<String> login(@RequestParam("answer") String answer) throws Exception {
            if (answer.equals("slow")) {
                Guesses.await();
                return ResponseEntity.status(HttpStatus.UNAUTHORIZED).body("no");
            }
            if (answer.equals("500")) {
                throw new ResponseStatusException(HttpStatus.INTERNAL_SERVER_ERROR);
            }
            return ResponseEntity.status(Integer.parseInt(answer)).body("answer");
        }
    }
}
