package dev.resilience.spring.web.servlet;

import static dev.resilience.spring.web.Served.header;
import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.web.Served;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

class RuleFilterTest {

    private static final String YAML = """
            resilience:
              rate-limiters.shared: {limits: 4/1m}
              http:
                headers: both
                reset: delta
                rules:
                  - {name: login, path: /login, methods: POST, limits: 2/1m, key: ip}
                  - {name: everybody, path: /everybody, limits: '1/1s, 3/1m'}
                  - {name: wide, path: /both/**, limits: 3/1m, key: ip}
                  - {name: narrow, path: /both/one, limits: 1/1m, key: ip}
                  - {name: agents, path: /agents, limits: 1/1m, key: 'header:X-API-Key'}
                  - {name: slow, path: /slow, limits: 1/1m, key: ip, max-wait: 1m}
                  - {name: shadow, path: /shadow, limits: 1/1m, key: ip, shadow: true}
                  - {name: first, path: /twice, rate-limiter: shared}
                  - {name: second, path: /twice/**, rate-limiter: shared}
                  - {name: async, path: /async, limits: 5/1m, key: ip}
                  - {name: broken, path: /broken, limits: 5/1m, key: ip}
                  - {name: any, path: /any, limits: 1/1m, key: ip}
                  - {name: walk, path: '/walk/around', limits: 1/1m, key: ip}
            """;

    private static Served served;

    @BeforeAll
    static void serve() {
        served = Served.with(WebApplicationType.SERVLET, YAML, Pages.class);
    }

    @AfterAll
    static void close() {
        served.close();
    }

    @Test
    void anAllowedCallerLearnsWhatItHasLeft() {
        HttpResponse<String> response = served.post("/login");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "X-RateLimit-Limit")).isEqualTo("2");
        assertThat(header(response, "RateLimit-Policy")).isEqualTo("\"login\";q=2;w=60");
        assertThat(header(response, "Retry-After")).isNull();
        served.time.advance(Duration.ofMinutes(1));
    }

    @Test
    void aRefusedCallerWhoWaitsExactlyThatLongPasses() {
        served.post("/login");
        served.time.advance(Duration.ofMillis(500));
        served.post("/login");

        HttpResponse<String> refused = served.post("/login");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "Retry-After")).isEqualTo("60");
        assertThat(header(refused, "X-RateLimit-Reset")).isEqualTo("60");
        assertThat(header(refused, "X-RateLimit-Remaining")).isEqualTo("0");

        served.time.advanceNanos(Duration.ofMillis(59_500).toNanos() - 1);
        assertThat(served.post("/login").statusCode()).isEqualTo(429);
        served.time.advanceNanos(1);
        assertThat(served.post("/login").statusCode()).isEqualTo(200);
        served.time.advance(Duration.ofMinutes(1));
    }

    @Test
    void theAnswerIsAProblemThatNamesTheViolatedPolicies() {
        served.get("/everybody");

        HttpResponse<String> refused = served.get("/everybody");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "Content-Type")).startsWith("application/problem+json");
        assertThat(json(refused, "$.title")).isEqualTo("Too Many Requests");
        assertThat(json(refused, "$.status")).isEqualTo(429);
        assertThat(json(refused, "$.violated.length()")).isEqualTo(1);
        assertThat(json(refused, "$.violated[0].policy")).isEqualTo("everybody");
        assertThat(json(refused, "$.violated[0].limit")).isEqualTo(1);
        assertThat(json(refused, "$.violated[0].retryAfter")).isEqualTo(1);
    }

    @Test
    void otherMethodsAndPathsAreLeftAlone() {
        assertThat(header(served.get("/login"), "X-RateLimit-Limit")).isNull();
        assertThat(header(served.get("/free"), "X-RateLimit-Limit")).isNull();
    }

    @Test
    void allMatchingRulesApplyAndARefusalChargesNone() {
        assertThat(header(served.get("/both/one"), "X-RateLimit-Limit")).isEqualTo("1");
        assertThat(served.get("/both/one").statusCode()).isEqualTo(429);
        HttpResponse<String> refused = served.get("/both/one");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "X-RateLimit-Limit")).isEqualTo("1");

        HttpResponse<String> other = served.get("/both/two");

        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(header(other, "RateLimit")).startsWith("\"wide\";r=1;");
        served.time.advance(Duration.ofMinutes(1));
    }

    @Test
    void eachCallerHasItsOwnLimit() {
        assertThat(served.get("/agents", "X-API-Key", "a").statusCode()).isEqualTo(200);
        assertThat(served.get("/agents", "X-API-Key", "b").statusCode()).isEqualTo(200);

        HttpResponse<String> refused = served.get("/agents", "X-API-Key", "a");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body() + refused.headers()).doesNotContain("sha256");
        served.time.advance(Duration.ofMinutes(1));
    }

    @Test
    void aCallerWhoMayWaitIsServedLate() {
        served.get("/slow");
        Duration before = served.time.paused();

        assertThat(served.get("/slow").statusCode()).isEqualTo(200);

        assertThat(served.time.paused().minus(before)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void nobodyNoticesARuleInShadowMode() {
        served.get("/shadow");

        HttpResponse<String> response = served.get("/shadow");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "X-RateLimit-Limit")).isNull();
    }

    @Test
    void aLimiterThatTwoRulesNameIsChargedByBoth() {
        assertThat(header(served.get("/twice"), "X-RateLimit-Remaining")).isEqualTo("2");
    }

    @Test
    void anAsynchronousRequestIsDecidedOnce() {
        HttpResponse<String> response = served.get("/async");

        assertThat(response.body()).isEqualTo("later");
        assertThat(header(response, "X-RateLimit-Remaining")).isEqualTo("4");
        assertThat(header(served.get("/async"), "X-RateLimit-Remaining")).isEqualTo("3");
    }

    @Test
    void anErrorPageIsNoRequestOfItsOwn() {
        HttpResponse<String> response = served.get("/broken");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(header(response, "X-RateLimit-Remaining")).isEqualTo("4");
        assertThat(header(served.get("/broken"), "X-RateLimit-Remaining")).isEqualTo("3");
    }

    @Test
    void aPreflightOfABrowserIsNotCounted() {
        served.send("OPTIONS", "/any", "Origin", "http://a.example", "Access-Control-Request-Method", "GET");

        assertThat(served.get("/any").statusCode()).isEqualTo(200);
        assertThat(served.send("OPTIONS", "/any").statusCode()).isEqualTo(429);
        served.time.advance(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/walk/around",
                "/walk/around/",
                "/walk/around;a=b",
                "/walk;a=b/around",
                "/walk/around;",
                "/%77alk/aroun%64",
                "//walk/around",
                "/walk//around",
                "/walk/./around",
                "/walk/x/../around",
                "/walk/around?a=b",
                "/walk/around/;a",
                "/walk/%61round/"
            })
    void noSpellingOfAPathWalksAroundARule(String spelling) {
        served.time.advance(Duration.ofMinutes(1));
        served.get("/walk/around");

        assertThat(served.get(spelling).statusCode()).isEqualTo(429);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%2577alk/around", "/walk%2Faround", "/walk/around/further", "/WALK/around"})
    void whatSpringMvcDoesNotServeThereIsAnotherPath(String spelling) {
        served.time.advance(Duration.ofMinutes(1));
        served.get("/walk/around");

        assertThat(served.get(spelling).statusCode()).isBetween(400, 404);
    }

    @Test
    void aRuleAndAnAnnotationAreToldInOneSetOfHeaders() {
        HttpResponse<String> response = served.get("/both/annotated/ada");

        assertThat(header(response, "X-RateLimit-Limit")).isEqualTo("3");
        assertThat(header(response, "RateLimit-Policy")).isEqualTo("\"wide\";q=3;w=60, \"callers\";q=4;w=60");
        served.get("/both/annotated/ada");
        assertThat(header(served.get("/annotated/ada"), "X-RateLimit-Remaining"))
                .isEqualTo("1");
        served.time.advance(Duration.ofMinutes(1));
    }

    @Test
    void aRefusalInAFunctionalEndpointGetsTheSameAnswer() {
        HttpResponse<String> refused = served.get("/functional");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(json(refused, "$.kind")).isEqualTo("rate-limiters");
    }

    @Test
    void theLimiterOfARuleIsOneLikeAnyOther() {
        assertThat(served.bean(PolicyRegistry.class).find("rate-limiters", "login"))
                .isPresent();
    }

    @Configuration
    static class Pages {

        @Bean
        Controller controller(Service service) {
            return new Controller(service);
        }

        @Bean
        Service service() {
            return new Service();
        }

        @Bean
        RouterFunction<ServerResponse> functional(Service service) {
            return RouterFunctions.route(RequestPredicates.GET("/functional"), request -> {
                service.functional();
                service.functional();
                return ServerResponse.ok().build();
            });
        }
    }

    static class Service {

        @RateLimited(name = "callers", limits = "4/1m", key = "#name")
        public String greet(String name) {
            return "hello";
        }

        @RateLimited("1/1m")
        public void functional() {}
    }

    @RestController
    static class Controller {
        private final Service service;

        Controller(Service service) {
            this.service = service;
        }

        @RequestMapping({
            "/login",
            "/everybody",
            "/both/*",
            "/agents",
            "/slow",
            "/shadow",
            "/twice",
            "/any",
            "/walk/around",
            "/free"
        })
        String page() {
            return "page";
        }

        @GetMapping("/async")
        Callable<String> later() {
            return () -> "later";
        }

        @GetMapping("/broken")
        String broken() {
            throw new IllegalStateException("broken");
        }

        @GetMapping({"/annotated/{name}", "/both/annotated/{name}"})
        String annotated(@PathVariable("name") String name) {
            return service.greet(name);
        }
    }
}
