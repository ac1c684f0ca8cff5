package dev.resilience.spring.web.servlet;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.web.Served;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.util.pattern.PathPatternParser;

class SwitchedOffTest {

    private static final String RULES = "rules: [{name: all, path: /greet/**, limits: 1/1m, key: ip}]";

    @Test
    void nothingIsLimitedAndNothingTold() {
        try (Served served = serve("resilience: {enabled: false, http: {" + RULES + "}}")) {
            served.get("/greet/ada");

            assertThat(served.get("/greet/ada").statusCode()).isEqualTo(200);
            assertThat(header(served.get("/greet/ada"), "X-RateLimit-Limit")).isNull();
        }
    }

    @Test
    void withoutHeadersARefusalStillSaysWhenToComeBack() {
        try (Served served = serve("resilience.http: {headers: none, " + RULES + "}")) {
            assertThat(served.get("/greet/ada").headers().map()).doesNotContainKeys("x-ratelimit-limit", "ratelimit");

            assertThat(served.get("/greet/ada").headers().map())
                    .containsKey("retry-after")
                    .doesNotContainKeys("x-ratelimit-limit", "ratelimit");
        }
    }

    @Test
    void withoutRulesAnnotationsTellTheirCallers() {
        try (Served served = serve("")) {
            assertThat(header(served.get("/greet/ada"), "X-RateLimit-Remaining"))
                    .isEqualTo("1");
        }
    }

    @Test
    void whereHandlersAreFoundWithoutCaseRulesAreToo() {
        try (Served served = serve("resilience.http: {" + RULES + "}", WithoutCase.class)) {
            served.get("/greet/ada");

            assertThat(served.get("/GREET/ada").statusCode()).isEqualTo(429);
        }
    }

    private static Served serve(String yaml, Class<?>... more) {
        return more.length == 0
                ? Served.with(WebApplicationType.SERVLET, yaml, Pages.class)
                : Served.with(WebApplicationType.SERVLET, yaml, Pages.class, more[0]);
    }

    @Configuration
    static class WithoutCase implements WebMvcConfigurer {

        @Override
        public void configurePathMatch(PathMatchConfigurer configurer) {
            PathPatternParser parser = new PathPatternParser();
            parser.setCaseSensitive(false);
            configurer.setPatternParser(parser);
        }
    }

    @Configuration
    static class Pages {

        @Bean
        Greetings greetings() {
            return new Greetings();
        }

        @Bean
        Controller controller(Greetings greetings) {
            return new Controller(greetings);
        }
    }

    static class Greetings {

        @RateLimited(name = "callers", limits = "2/1m", key = "#name")
        public String greet(String name) {
            return "hello";
        }
    }

    @RestController
    static class Controller {
        private final Greetings greetings;

        Controller(Greetings greetings) {
            this.greetings = greetings;
        }

        @GetMapping("/greet/{name}")
        Map<String, String> greet(@PathVariable("name") String name) {
            return Map.of("greeting", greetings.greet(name));
        }
    }
}
