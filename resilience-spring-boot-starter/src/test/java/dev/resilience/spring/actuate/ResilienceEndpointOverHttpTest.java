package dev.resilience.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.resilience.Resilience;
import dev.resilience.spring.annotation.Bulkhead;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What somebody with a browser sees, of servlets and of WebFlux. */
@ParameterizedClass
@EnumSource(names = {"SERVLET", "REACTIVE"})
class ResilienceEndpointOverHttpTest {

    private static ConfigurableApplicationContext application;

    @Parameter
    WebApplicationType type;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void showsEverythingOneKindAndOnePolicy() throws Exception {
        application.getBean(Reports.class).sales();

        assertThat(json(get(""), "$.kinds.bulkheads.reports.calls.success")).isEqualTo(1);
        assertThat(json(get(""), "$.methods['Reports.sales'].policies[0].name")).isEqualTo("reports");
        assertThat(json(get(""), "$.methods['Reports.sales'].calls.successes")).isEqualTo(1);
        assertThat(json(get("/bulkheads"), "$.reports.mode")).isEqualTo("enforced");
        assertThat(json(get("/bulkheads/reports"), "$.config['max-concurrent'].effective"))
                .isEqualTo("3");
    }

    @Test
    void showsWhatBecameOfTheCallsOfAPipelineOnceCodeHasAskedForIt() throws Exception {
        Resilience resilience = application.getBean(Resilience.class);
        resilience.pipeline("ml").run(() -> {});

        assertThat(json(get(""), "$.pipelines.ml.calls.successes")).isEqualTo(1);
        assertThat(json(get("/pipelines"), "$.ml.calls.executions")).isEqualTo(1);
        assertThat(json(get("/pipelines/ml"), "$.calls.success-rate")).isEqualTo(100.0);
        assertThat(json(get("/pipelines/ml"), "$.policies[0].calls.success")).isEqualTo(1);
        assertThat(json(get("/pipelines/mll"), "$.didYouMean")).isEqualTo("ml");
        assertThat(json(get("/pipelines/unasked"), "$.error")).asString().contains("no code has asked for it yet");
        assertThat(resilience.pipelines()).containsOnlyKeys("ml");
    }

    @Test
    void answersAWrongNameWithTheNearestOne() throws Exception {
        assertThat(get("/bulkheads/raports").statusCode()).isEqualTo(404);
        assertThat(json(get("/bulkheads/raports"), "$.didYouMean")).isEqualTo("reports");
        assertThat(get("/bulkhead").statusCode()).isEqualTo(404);
        assertThat(json(get("/bulkhead"), "$.didYouMean")).isEqualTo("bulkheads");
        assertThat(json(get("/pipeline"), "$.didYouMean")).isEqualTo("pipelines");
    }

    @Test
    void changesNothing() throws Exception {
        for (String path : List.of(
                "",
                "/bulkheads",
                "/bulkheads/reports",
                "/bulkheads/reports/key",
                "/caches",
                "/caches/titles",
                "/caches/titles/1",
                "/caches?prefix=x",
                "/spring-caches/cacheManager/titles",
                "/spring-caches/cacheManager/titles/1")) {
            HttpRequest post = request(path).POST(BodyPublishers.ofString("{}")).build();
            assertThat(client.send(post, BodyHandlers.ofString()).statusCode())
                    .as("POST " + path)
                    .isEqualTo(405);
            HttpRequest delete = request(path).DELETE().build();
            assertThat(client.send(delete, BodyHandlers.ofString()).statusCode())
                    .as("DELETE " + path)
                    .isEqualTo(405);
        }
    }

    @Test
    void withoutCacheManagersThatSectionIsEmpty() throws Exception {
        assertThat(json(get(""), "$.springCaches")).isEqualTo(Map.of());
        assertThat(json(get("/spring-caches"), "$")).isEqualTo(Map.of());
        assertThat(get("/spring-caches/cacheManager").statusCode()).isEqualTo(404);
    }

    @BeforeParameterizedClassInvocation
    static void start(WebApplicationType type) {
        application = new SpringApplicationBuilder(Application.class)
                .web(type)
                .properties(Map.of(
                        "server.port", "0",
                        "management.endpoints.web.exposure.include", "resilience",
                        "resilience.bulkheads.reports.max-concurrent", "3",
                        "resilience.retries.models.max-attempts", "2",
                        "resilience.pipelines.ml.retries", "models",
                        "resilience.pipelines.unasked.retries", "models"))
                .run();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        application.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/resilience" + path));
    }

    private static Object json(HttpResponse<String> answer, String path) {
        return JsonPath.read(answer.body(), path);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Reports reports() {
            return new Reports();
        }
    }

    static class Reports {

        @Bulkhead("reports")
        public String sales() {
            return "many";
        }
    }
}
