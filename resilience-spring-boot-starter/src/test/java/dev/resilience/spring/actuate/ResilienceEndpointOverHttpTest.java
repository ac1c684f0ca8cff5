package dev.resilience.spring.actuate;

import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Resilience;
import dev.resilience.spring.annotation.Bulkhead;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.WebApplicationType;

/** What somebody with a browser sees, of servlets and of WebFlux. */
@ParameterizedClass
@EnumSource(names = {"SERVLET", "REACTIVE"})
class ResilienceEndpointOverHttpTest {

    private static ServedEndpoint endpoint;

    @Parameter
    WebApplicationType type;

    @Test
    void showsEverythingOneKindAndOnePolicy() throws Exception {
        endpoint.bean(Reports.class).sales();

        assertThat(json(endpoint.get(""), "$.kinds.bulkheads.reports.calls.success"))
                .isEqualTo(1);
        assertThat(json(endpoint.get(""), "$.methods['Reports.sales'].policies[0].name"))
                .isEqualTo("reports");
        assertThat(json(endpoint.get(""), "$.methods['Reports.sales'].calls.successes"))
                .isEqualTo(1);
        assertThat(json(endpoint.get("/bulkheads"), "$.reports.mode")).isEqualTo("enforced");
        assertThat(json(endpoint.get("/bulkheads/reports"), "$.config['max-concurrent'].effective"))
                .isEqualTo("3");
    }

    @Test
    void showsWhatBecameOfTheCallsOfAPipelineOnceCodeHasAskedForIt() throws Exception {
        Resilience resilience = endpoint.bean(Resilience.class);
        resilience.pipeline("ml").run(() -> {});

        assertThat(json(endpoint.get(""), "$.pipelines.ml.calls.successes")).isEqualTo(1);
        assertThat(json(endpoint.get("/pipelines"), "$.ml.calls.executions")).isEqualTo(1);
        assertThat(json(endpoint.get("/pipelines/ml"), "$.calls.success-rate")).isEqualTo(100.0);
        assertThat(json(endpoint.get("/pipelines/ml"), "$.policies[0].calls.success"))
                .isEqualTo(1);
        assertThat(json(endpoint.get("/pipelines/mll"), "$.didYouMean")).isEqualTo("ml");
        assertThat(json(endpoint.get("/pipelines/unasked"), "$.error"))
                .asString()
                .contains("no code has asked for it yet");
        assertThat(resilience.pipelines()).containsOnlyKeys("ml");
    }

    @Test
    void answersAWrongNameWithTheNearestOne() throws Exception {
        assertThat(endpoint.get("/bulkheads/raports").statusCode()).isEqualTo(404);
        assertThat(json(endpoint.get("/bulkheads/raports"), "$.didYouMean")).isEqualTo("reports");
        assertThat(endpoint.get("/bulkhead").statusCode()).isEqualTo(404);
        assertThat(json(endpoint.get("/bulkhead"), "$.didYouMean")).isEqualTo("bulkheads");
        assertThat(json(endpoint.get("/pipeline"), "$.didYouMean")).isEqualTo("pipelines");
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
            assertThat(endpoint.send(endpoint.request(path).POST(BodyPublishers.ofString("{}")))
                            .statusCode())
                    .as("POST " + path)
                    .isEqualTo(405);
            assertThat(endpoint.delete(path).statusCode()).as("DELETE " + path).isEqualTo(405);
        }
    }

    @Test
    void withoutCacheManagersThatSectionIsEmpty() throws Exception {
        assertThat(json(endpoint.get(""), "$.springCaches")).isEqualTo(Map.of());
        assertThat(json(endpoint.get("/spring-caches"), "$")).isEqualTo(Map.of());
        assertThat(endpoint.get("/spring-caches/cacheManager").statusCode()).isEqualTo(404);
    }

    @BeforeParameterizedClassInvocation
    static void start(WebApplicationType type) {
        endpoint = new ServedEndpoint(
                type,
                Map.of(
                        "resilience.bulkheads.reports.max-concurrent", "3",
                        "resilience.retries.models.max-attempts", "2",
                        "resilience.pipelines.ml.retries", "models",
                        "resilience.pipelines.unasked.retries", "models"),
                Reports.class);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        endpoint.close();
    }

    static class Reports {

        @Bulkhead("reports")
        public String sales() {
            return "many";
        }
    }
}
