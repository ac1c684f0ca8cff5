package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.time.ManualTime;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

class ExchangeLimitsTest {

    @Test
    void aKeyedMethodTellsItsCaller() {
        with("", web -> {
            assertThat(web.send(get("/greet/ada")).header("X-RateLimit-Remaining"))
                    .isEqualTo("1");
            assertThat(web.send(get("/greet/ada")).header("X-RateLimit-Remaining"))
                    .isEqualTo("0");

            Web.Answer refused = web.send(get("/greet/ada"));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("60");
            assertThat((Object) refused.json("$.violated[0].policy")).isEqualTo("callers");
        });
    }

    @Test
    void aRuleAndAMethodAreToldInOneSetOfHeaders() {
        with("resilience.http: {headers: both, rules: [{name: all, path: /**, limits: 9/1m}]}", web -> {
            Web.Answer answer = web.send(get("/greet/ada"));

            assertThat(answer.headers("X-RateLimit-Limit")).containsExactly("2");
            assertThat(answer.headers("RateLimit-Policy")).containsExactly("\"all\";q=9;w=60, \"callers\";q=2;w=60");
        });
    }

    @Test
    void whatAnApplicationAsksOfOthersIsNoCallersLimit() {
        with("", web -> assertThat(web.send(get("/outbound")).header("X-RateLimit-Limit"))
                .isNull());
    }

    @Test
    void withoutHeadersNothingIsTold() {
        with("resilience.http.headers: none", web -> assertThat(
                        web.send(get("/greet/ada")).header("X-RateLimit-Limit"))
                .isNull());
    }

    private static MockServerHttpRequest.BaseBuilder<?> get(String path) {
        return MockServerHttpRequest.get(path);
    }

    private static void with(String yaml, Consumer<Web> story) {
        Web.runner(yaml, new ManualTime(), "tenant")
                .withUserConfiguration(Annotated.class)
                .run(context -> story.accept(new Web(context.getBean(HttpHandler.class))));
    }

    @Configuration(proxyBeanMethods = false)
    static class Annotated {

        @Bean
        Greetings greetings() {
            return new Greetings();
        }

        @Bean
        GreetingController greetingController(Greetings greetings) {
            return new GreetingController(greetings);
        }
    }

    static class Greetings {

        @RateLimited(name = "callers", limits = "2/1m", key = "#name")
        public Mono<String> greet(String name) {
            return Mono.just("hello");
        }

        @RateLimited(name = "carrier", limits = "2/1m")
        public Mono<String> outbound() {
            return Mono.just("out");
        }
    }

    @RestController
    static class GreetingController {
        private final Greetings greetings;

        GreetingController(Greetings greetings) {
            this.greetings = greetings;
        }

        @GetMapping("/greet/{name}")
        Mono<String> greet(@PathVariable("name") String name) {
            return greetings.greet(name);
        }

        @GetMapping("/outbound")
        Mono<String> outbound() {
            return greetings.outbound();
        }
    }
}
