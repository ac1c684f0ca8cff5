package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.RateLimited;
import jakarta.servlet.Filter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** The same configuration, controllers and callers, of a servlet container and of WebFlux, each beside Spring Security. */
@ParameterizedClass
@EnumSource
class RulesInBothStacksTest {

    private static final String YAML = """
            resilience:
              rate-limiters:
                callers: {limits: 4/1m}
              http:
                headers: both
                reset: delta
                trusted-proxies: [127.0.0.1, '::1']
                rules:
                  - {name: open, path: /open, methods: GET, limits: 2/1m, key: ip}
                  - {name: wide, path: /both/**, limits: 3/1m, key: ip}
                  - {name: narrow, path: /both/one, limits: 1/1m, key: ip}
                  - {name: slow, path: /slow, limits: 1/1m, key: ip, max-wait: 1m}
                  - {name: secured, path: /secured/**, limits: 3/1m, key: ip, charge-on: failure}
                  - {name: login, path: /login, limits: 3/1m, key: ip, charge-on: failure}
                  - {name: teapots, path: /login, limits: 2/1m, key: ip, charge-on: failure, failure-statuses: 418}
                  - {name: callers-of-page, path: /secured/callers, limits: 2/1m, key: principal}
                  - name: roles
                    path: /secured/roles
                    limits: 1/1m
                    key: principal
                    tier: role
                    tiers: {admin: 3/1m}
            """;

    private static final String ADA = basic("ada", "secret");
    private static final String BOB = basic("bob", "secret");
    private static final String WRONG = basic("ada", "guess");

    private static Served served;

    enum Stack {
        SERVLET(WebApplicationType.SERVLET, ServletSecurity.class),
        WEBFLUX(WebApplicationType.REACTIVE, WebFluxSecurity.class);

        private final WebApplicationType type;
        private final Class<?> security;

        Stack(WebApplicationType type, Class<?> security) {
            this.type = type;
            this.security = security;
        }
    }

    @Parameter
    Stack stack;

    @BeforeParameterizedClassInvocation
    static void serve(Stack stack) {
        served = Served.with(stack.type, YAML, stack.security, Pages.class);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        served.close();
    }

    @AfterEach
    void waitUntilNothingIsCharged() {
        served.time.advance(Duration.ofMinutes(1));
    }

    @Test
    void anAllowedCallerLearnsWhatItHasLeft() {
        HttpResponse<String> response = served.get("/open");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "X-RateLimit-Limit")).isEqualTo("2");
        assertThat(header(response, "X-RateLimit-Remaining")).isEqualTo("1");
        assertThat(header(response, "X-RateLimit-Window")).isEqualTo("60");
        assertThat(header(response, "RateLimit-Policy")).isEqualTo("\"open\";q=2;w=60");
        assertThat(header(response, "RateLimit")).startsWith("\"open\";r=1;t=");
        assertThat(header(response, "Retry-After")).isNull();
    }

    @Test
    void aRefusedCallerWhoWaitsExactlyThatLongPasses() {
        served.get("/open");
        served.send("HEAD", "/open");
        served.time.advance(Duration.ofMillis(500));

        HttpResponse<String> refused = served.get("/open");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(refused, "$.violated[0].policy")).isEqualTo("open");
        served.time.advance(Duration.ofSeconds(Long.parseLong(header(refused, "Retry-After"))));
        assertThat(served.get("/open").statusCode()).isEqualTo(200);
    }

    @Test
    void allMatchingRulesApplyAndARefusalChargesNone() {
        assertThat(served.get("/both/one").statusCode()).isEqualTo(200);
        assertThat(served.get("/both/one").statusCode()).isEqualTo(429);
        assertThat(served.get("/both/one").statusCode()).isEqualTo(429);
        assertThat(served.get("/both/two").statusCode()).isEqualTo(200);
        assertThat(served.get("/both/two").statusCode()).isEqualTo(200);
        assertThat(json(served.get("/both/two"), "$.policy")).isEqualTo("wide");
    }

    @Test
    void behindATrustedProxyTheLastAddressThatIsNoProxyIsTheCaller() {
        String[] forged = {"X-Forwarded-For", "6.6.6.6, 203.0.113.7"};
        String[] otherwiseForged = {"X-Forwarded-For", "7.7.7.7, 203.0.113.7"};
        assertThat(served.get("/both/one", forged).statusCode()).isEqualTo(200);
        assertThat(served.get("/both/one", otherwiseForged).statusCode()).isEqualTo(429);
        assertThat(served.get("/both/one", "Forwarded", "for=\"203.0.113.7:80\"")
                        .statusCode())
                .isEqualTo(429);
        assertThat(served.get("/both/one", "X-Forwarded-For", "203.0.113.8").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aRuleBeforeTheLoginSeesWhatSpringSecurityRefuses() {
        for (int guess = 0; guess < 3; guess++) {
            assertThat(get("/secured/page", WRONG).statusCode()).isEqualTo(401);
        }
        assertThat(get("/secured/page", WRONG).statusCode()).isEqualTo(429);
        assertThat(get("/secured/page", ADA).statusCode()).isEqualTo(429);
    }

    @Test
    void whoSucceedsGetsItsPermitBack() {
        for (int call = 0; call < 10; call++) {
            assertThat(get("/secured/page", ADA).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void eachRuleHasFailuresOfItsOwn() {
        assertThat(served.post("/login?answer=418").statusCode()).isEqualTo(418);
        assertThat(served.post("/login?answer=418").statusCode()).isEqualTo(418);

        HttpResponse<String> refused = served.post("/login?answer=200");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "X-RateLimit-Limit")).isEqualTo("2");
    }

    @Test
    void anExceptionCountsAsTheStatusItBecomes() {
        for (int call = 0; call < 10; call++) {
            assertThat(served.post("/login?answer=thrown-404").statusCode()).isEqualTo(404);
        }
        for (int call = 0; call < 3; call++) {
            assertThat(served.post("/login?answer=thrown-401").statusCode()).isEqualTo(401);
        }
        assertThat(served.post("/login?answer=200").statusCode()).isEqualTo(429);
    }

    @Test
    void aRuleAfterTheLoginKnowsTheCallerAndItsRoles() {
        assertThat(allowed("/secured/callers", ADA)).isEqualTo(2);
        assertThat(allowed("/secured/callers", BOB)).isEqualTo(2);
        assertThat(allowed("/secured/roles", ADA)).isEqualTo(3);
        assertThat(allowed("/secured/roles", BOB)).isEqualTo(1);
    }

    @Test
    void aRuleAndAnAnnotationAreToldInOneSetOfHeaders() {
        HttpResponse<String> response = served.get("/both/annotated/ada");

        assertThat(header(response, "RateLimit-Policy")).isEqualTo("\"wide\";q=3;w=60, \"callers\";q=4;w=60");
        assertThat(header(response, "X-RateLimit-Limit")).isEqualTo("3");
    }

    @Test
    void anAnnotationThatRefusesTheCallerAnswersLikeARule() {
        for (int call = 0; call < 4; call++) {
            served.get("/annotated/bob");
        }

        HttpResponse<String> refused = served.get("/annotated/bob");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "X-RateLimit-Limit")).isEqualTo("4");
        assertThat(header(refused, "Retry-After")).isEqualTo("60");
        assertThat(json(refused, "$.violated[0].policy")).isEqualTo("callers");
    }

    @Test
    void anAnnotationThatLimitsEverybodyIsTheServicesOwnAffair() {
        assertThat(header(served.get("/outbound"), "X-RateLimit-Limit")).isNull();

        HttpResponse<String> refused = served.get("/outbound");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(header(refused, "Retry-After")).isEqualTo("60");
        assertThat(header(refused, "X-RateLimit-Limit")).isNull();
    }

    @Test
    void aMethodMayAskForTheAddressAndTheHeadersOfItsRequest() {
        assertThat(served.get("/by-address").statusCode()).isEqualTo(200);
        assertThat(served.get("/by-address").statusCode()).isEqualTo(429);
        assertThat(served.get("/by-address", "X-Forwarded-For", "203.0.113.9").statusCode())
                .isEqualTo(200);
        assertThat(served.get("/by-header", "X-API-Key", "one").statusCode()).isEqualTo(200);
        assertThat(served.get("/by-header", "X-API-Key", "one").statusCode()).isEqualTo(429);
        assertThat(served.get("/by-header", "X-API-Key", "two").statusCode()).isEqualTo(200);
    }

    private static int allowed(String path, String authorization) {
        int allowed = 0;
        while (get(path, authorization).statusCode() == 200) {
            allowed++;
        }
        return allowed;
    }

    private static HttpResponse<String> get(String path, String authorization) {
        return served.get(path, "Authorization", authorization);
    }

    private static String basic(String user, String password) {
        byte[] credentials = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    private static UserDetails user(String name, String role) {
        return User.withUsername(name).password("{noop}secret").roles(role).build();
    }

    @Configuration
    @EnableWebSecurity
    static class ServletSecurity {

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
            return new InMemoryUserDetailsManager(user("ada", "ADMIN"), user("bob", "USER"));
        }

        @Bean
        FilterRegistrationBean<Filter> security(@Qualifier("springSecurityFilterChain") Filter chain) {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(chain);
            registration.setOrder(-100);
            return registration;
        }
    }

    @Configuration
    @EnableWebFluxSecurity
    static class WebFluxSecurity {

        @Bean
        SecurityWebFilterChain chain(ServerHttpSecurity http) {
            return http.csrf(csrf -> csrf.disable())
                    .authorizeExchange(exchanges -> exchanges
                            .pathMatchers("/secured/**")
                            .authenticated()
                            .anyExchange()
                            .permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        MapReactiveUserDetailsService users() {
            return new MapReactiveUserDetailsService(user("ada", "ADMIN"), user("bob", "USER"));
        }
    }

    @RestController
    static class Pages {

        @GetMapping({"/open", "/both/one", "/both/two", "/slow", "/secured/{page}"})
        Mono<String> page() {
            return Mono.just("page");
        }

        @PostMapping("/login")
        Mono<ResponseEntity<String>> login(@RequestParam("answer") String answer) {
            if (answer.startsWith("thrown-")) {
                throw new ResponseStatusException(HttpStatus.valueOf(Integer.parseInt(answer.substring(7))));
            }
            return Mono.just(ResponseEntity.status(Integer.parseInt(answer)).body("answer"));
        }

        @RateLimited(name = "callers", key = "#caller")
        @GetMapping({"/annotated/{caller}", "/both/annotated/{caller}"})
        public Mono<String> annotated(@PathVariable("caller") String caller) {
            return Mono.just("page");
        }

        @RateLimited("1/1m")
        @GetMapping("/outbound")
        public Mono<String> outbound() {
            return Mono.just("page");
        }

        @RateLimited(limits = "1/1m", key = "ip")
        @GetMapping("/by-address")
        public Mono<String> byAddress() {
            return Mono.just("page");
        }

        @RateLimited(limits = "1/1m", key = "header:X-API-Key")
        @GetMapping("/by-header")
        public Mono<String> byHeader() {
            return Mono.just("page");
        }
    }
}
