package dev.resilience.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallRejectedException;
import dev.resilience.Pipeline;
import dev.resilience.TopKeys;
import dev.resilience.configuration.ResolvedPolicy.Shown;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.Rig;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

class ResilienceEndpointTest {

    private final Rig rig = new Rig();
    private final ResilienceEndpoint endpoint = new ResilienceEndpoint(rig.registry, new OneMethod());
    private final ResilienceWebEndpointExtension web = new ResilienceWebEndpointExtension(endpoint, rig.registry);

    @Test
    void showsEveryKindEvenWithoutPolicies() {
        assertThat(endpoint.overview().kinds())
                .containsOnlyKeys(
                        "fallbacks",
                        "caches",
                        "cache-invalidations",
                        "recoveries",
                        "retries",
                        "circuit-breakers",
                        "rate-limiters",
                        "timeouts",
                        "bulkheads");
        assertThat(endpoint.overview().scope()).contains("each replica");
    }

    @Test
    void showsWhatIsConfiguredWhatHoldsAndWhoSaysSo() {
        rig.policy("bulkheads", "reports", Map.of("max-concurrent", "3"));
        Map<String, Shown> config = described("bulkheads", "reports").config();
        assertThat(config.get("max-concurrent")).isEqualTo(new Shown("3", "3", "application.yml:7"));
        assertThat(config.get("max-wait").configured()).isNull();
        assertThat(config.get("max-wait").origin()).isEqualTo("library");
        assertThat(config.get("shadow").effective()).isEqualTo("false");
    }

    @Test
    void showsLiveNumbersAsNumbersAndEveryCallOnce() throws Exception {
        Pipeline pipeline =
                rig.pipeline("Reports.sales", rig.policy("bulkheads", "reports", Map.of("max-concurrent", "1")));
        pipeline.call(() -> {
            assertThat(described("bulkheads", "reports").numbers().get("in-use"))
                    .isEqualTo(1);
            assertThatThrownBy(() -> pipeline.run(() -> {})).isInstanceOf(CallRejectedException.class);
            return null;
        });
        assertThat(described("bulkheads", "reports").calls())
                .containsEntry("success", 1L)
                .containsEntry("refused", 1L)
                .containsEntry("failure", 0L);
    }

    @Test
    void showsTheStateOfABreakerAndTheMethodsItGuards() {
        rig.policy("circuit-breakers", "upstream", Map.of());
        PolicyDescription breaker = described("circuit-breakers", "upstream");
        assertThat(breaker.state()).isEqualTo("CLOSED");
        assertThat(breaker.methods()).containsExactly("Quotes.quote");
    }

    @Test
    void tellsSinceWhenABreakerIsOpenWhyAndWhenItWillProbe() {
        var breaker = rig.policy(
                "circuit-breakers", "upstream", Map.of("consecutive-failures", "1", "open-wait-jitter", "0"));
        rig.time.advance(Duration.ofSeconds(5));
        assertThatThrownBy(() -> rig.pipeline("Quotes.quote", breaker).call(() -> {
                    throw new IllegalStateException("down");
                }))
                .hasMessage("down");
        assertThat(described("circuit-breakers", "upstream").details())
                .isEqualTo(Map.of(
                        "since", "2026-01-01T00:00:05Z",
                        "reason", "a failure",
                        "probe-at", "2026-01-01T00:00:35Z"));
        rig.time.advance(Duration.ofHours(1));
        assertThat(described("circuit-breakers", "upstream").state()).isEqualTo("OPEN");
        assertThat(described("circuit-breakers", "upstream").details())
                .containsEntry("next-call", "is a probe, as the open wait is over");
    }

    @Test
    void answersNotFoundWithTheNearestNameAndMakesNothing() {
        rig.policy("bulkheads", "reports", Map.of());
        WebEndpointResponse<Object> answer = web.part("bulkheads", "raports");
        assertThat(answer.getStatus()).isEqualTo(404);
        assertThat(answer.getBody())
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("didYouMean", "reports")
                .containsEntry("known", List.of("reports"));
        assertThat(rig.registry.find("bulkheads", "raports")).isEmpty();
        assertThat(web.part("bulkhead").getStatus()).isEqualTo(404);
        assertThat(web.part("bulkheads").getStatus()).isEqualTo(200);
    }

    @Test
    void findsNamesWithSlashes() {
        rig.policy("bulkheads", "api/v1/reports", Map.of());
        assertThat(endpoint.part("bulkheads", "api", "v1", "reports")).isInstanceOf(PolicyDescription.class);
    }

    @Test
    void aResetTellsWhoWantedIt() throws Exception {
        rig.pipeline("Quotes.quote", "agent-1", rig.policy("rate-limiters", "agents", Map.of("limits", "5/1m")))
                .run(() -> {});
        WebEndpointResponse<Object> answer =
                web.delete(new Operator(), new String[] {"rate-limiters", "agents", "agent-1"}, null, null, null);
        assertThat(answer.getBody()).isEqualTo(Map.of("key", "agent-1", "reset", true));
        assertThat(rig.events).contains(new ResilienceEvent.Reset("rate-limiters", "agents", "agent-1", "operator"));
    }

    @Test
    void aDropTellsWhoWantedIt() throws Exception {
        rig.pipeline("Quotes.quote", "ACME", rig.policy("caches", "quotes", Map.of()))
                .call(() -> 42);
        WebEndpointResponse<Object> answer =
                web.delete(new Operator(), new String[] {"caches", "quotes"}, null, null, "Quotes.quote");
        assertThat(answer.getBody()).isEqualTo(new Cleared("operation Quotes.quote", 1L, Map.of("quotes", 1L)));
        assertThat(rig.events)
                .contains(new ResilienceEvent.Invalidated(
                        "caches", "quotes", "operation Quotes.quote", 1, "operator", true));
    }

    @Test
    void aCallCountsOnceForEachLimiterAroundItWhetherTheyDecideTogetherOrAlone() {
        var first = rig.policy("rate-limiters", "first", Map.of("limits", "5/1m"));
        var second = rig.policy("rate-limiters", "second", Map.of("limits", "1/1m"));
        var watched = rig.policy("rate-limiters", "watched", Map.of("limits", "5/1m", "shadow", "true"));
        rig.pipeline("Quotes.quote", "anna", first, watched).run(() -> {});
        assertThat(ranked("first", "calls")).containsExactly(1L);
        rig.pipeline("Quotes.quote", "anna", second, watched, first).run(() -> {});
        assertThatThrownBy(
                () -> rig.pipeline("Quotes.quote", "anna", second, first).run(() -> {}));
        assertThat(ranked("first", "calls")).containsExactly(2L);
        assertThat(ranked("second", "calls")).containsExactly(2L);
        assertThat(ranked("second", "refusals")).containsExactly(1L);
        assertThat(ranked("first", "refusals")).isEmpty();
    }

    private List<Long> ranked(String limiter, String ranking) {
        return described("rate-limiters", limiter).top().rankings().get(ranking).stream()
                .map(TopKeys.Ranked::count)
                .toList();
    }

    private PolicyDescription described(String kind, String name) {
        return (PolicyDescription) endpoint.part(kind, name);
    }

    private static final class Operator implements SecurityContext {

        @Override
        public Principal getPrincipal() {
            return () -> "operator";
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }
    }

    private static final class OneMethod implements GuardReport {

        @Override
        public boolean enabled() {
            return true;
        }

        @Override
        public Map<String, Method> methods() {
            return Map.of(
                    "Quotes.quote",
                    new Method(
                            "blocking",
                            Map.of(),
                            List.of(new Placed("circuit-breakers", "circuit-breakers", "upstream", Map.of()))));
        }

        @Override
        public List<Note> findings() {
            return List.of();
        }
    }
}
