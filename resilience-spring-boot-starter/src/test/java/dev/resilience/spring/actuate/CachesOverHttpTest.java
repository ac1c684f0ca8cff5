package dev.resilience.spring.actuate;

import static dev.resilience.spring.web.Served.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Invalidated;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.RateLimited;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import reactor.core.publisher.Mono;

/** What somebody who looks at results over HTTP and drops them sees, of servlets and of WebFlux. */
@ParameterizedClass
@EnumSource(names = {"SERVLET", "REACTIVE"})
class CachesOverHttpTest {

    private static ServedEndpoint endpoint;

    @Parameter
    WebApplicationType type;

    private final Quotes quotes = endpoint.bean(Quotes.class);

    @BeforeEach
    void dropEverything() throws Exception {
        endpoint.delete("/caches");
        endpoint.events.clear();
    }

    @Test
    void showsThatAResultIsKeptAndNeverWhatItIs() throws Exception {
        quotes.quote("ACME");

        HttpResponse<String> answer = endpoint.get("/caches/quotes/ACME");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer, "$.key")).isEqualTo("ACME");
        assertThat(json(answer, "$.standing")).isEqualTo("own");
        assertThat(json(answer, "$.details.kept")).isEqualTo(1);
        assertThat(json(answer, "$.details.loading")).isEqualTo(false);
        assertThat(json(answer, "$.details.results[0].operation")).isEqualTo("Quotes.quote");
        assertThat(json(answer, "$.details.results[0].state")).isEqualTo("fresh");
        assertThat((String) json(answer, "$.details.results[0].age")).matches("0|[\\d.]+m?s");
        assertThat((String) json(answer, "$.details.results[0]['expires-in']")).startsWith("59m");
        assertThat(json(answer, "$.methods['Quotes.quote'].key")).isEqualTo("#symbol");
        assertThat(answer.body()).doesNotContain("worth of ACME");
    }

    @Test
    void anOnlyArgumentIsAKeyInEveryDialectAndOfEveryType() throws Exception {
        quotes.byNumber(42).toCompletableFuture().join();
        quotes.byName("a/b").block();

        assertThat(json(endpoint.get("/caches/numbered/42"), "$.details.kept")).isEqualTo(1);
        assertThat(json(endpoint.get("/caches/named/a/b"), "$.details.kept")).isEqualTo(1);
        assertThat(json(endpoint.delete("/caches/numbered/42"), "$.dropped")).isEqualTo(1);
        assertThat(json(endpoint.delete("/caches/named?key=a/b"), "$.dropped")).isEqualTo(1);
        quotes.byNumber(42).toCompletableFuture().join();
        assertThat(json(endpoint.get("/caches/numbered"), "$.numbers.loads")).isEqualTo(2);
    }

    @Test
    void aDroppedKeyIsLoadedAnewAndToldOfToListeners() throws Exception {
        quotes.quote("ACME");
        quotes.quote("OTHER");
        int loads = quotes.loads();

        HttpResponse<String> answer = endpoint.delete("/caches/quotes/ACME");
        quotes.quote("ACME");
        quotes.quote("OTHER");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer, "$")).isEqualTo(Map.of("key", "ACME", "reset", true, "dropped", 1));
        assertThat(quotes.loads() - loads).isEqualTo(1);
        assertThat(endpoint.events).containsExactly(new ResilienceEvent.Reset("caches", "quotes", "ACME", null));
    }

    @Test
    void aStrangerIsShownAndDroppedAsWhatItIs() throws Exception {
        quotes.quote("ACME");

        assertThat(json(endpoint.get("/caches/quotes/STRANGER"), "$.standing")).isEqualTo("none");
        assertThat(json(endpoint.get("/caches/quotes/STRANGER"), "$.details.results"))
                .isEqualTo(List.of());
        HttpResponse<String> answer = endpoint.delete("/caches/quotes/STRANGER");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer, "$.reset")).isEqualTo(false);
        assertThat(json(answer, "$.why")).isEqualTo("nothing is kept for this key");
        assertThat(endpoint.events).isEmpty();
    }

    @Test
    void dropsAllOfOneCacheAndNothingElse() throws Exception {
        quotes.quote("ACME");
        quotes.quote("OTHER");
        quotes.byName("x").block();

        HttpResponse<String> answer = endpoint.delete("/caches/quotes");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer, "$")).isEqualTo(Map.of("what", "everything", "dropped", 2, "of", Map.of("quotes", 2)));
        assertThat(json(endpoint.get("/caches/quotes/ACME"), "$.standing")).isEqualTo("none");
        assertThat(json(endpoint.get("/caches/named/x"), "$.standing")).isEqualTo("own");
        assertThat(endpoint.events)
                .containsExactly(
                        new Invalidated("caches", "quotes", "everything", 2, "somebody at the endpoint", true));
    }

    @Test
    void dropsTheKeysOfAPrefix() throws Exception {
        quotes.quote("shop-1/a");
        quotes.quote("shop-1/b");
        quotes.quote("shop-2/a");

        HttpResponse<String> answer = endpoint.delete("/caches/quotes?prefix=shop-1/");

        assertThat(json(answer, "$")).isEqualTo(Map.of("what", "a prefix", "dropped", 2, "of", Map.of("quotes", 2)));
        assertThat(json(endpoint.get("/caches/quotes/shop-1/a"), "$.standing")).isEqualTo("none");
        assertThat(json(endpoint.get("/caches/quotes/shop-2/a"), "$.standing")).isEqualTo("own");
        assertThat(endpoint.events)
                .containsExactly(new Invalidated("caches", "quotes", "a prefix", 2, "somebody at the endpoint", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Quotes.summary", "summary"})
    void dropsTheResultsOfAnOperation(String operation) throws Exception {
        quotes.quote("ACME");
        quotes.summary("LONG");

        HttpResponse<String> answer = endpoint.delete("/caches/quotes?operation=" + operation);

        assertThat(json(answer, "$.dropped")).isEqualTo(1);
        assertThat(json(answer, "$.what")).isEqualTo("operation " + operation);
        assertThat(json(endpoint.get("/caches/quotes/ACME"), "$.standing")).isEqualTo("own");
        assertThat(json(endpoint.delete("/caches/quotes?operation=" + operation), "$.dropped"))
                .isEqualTo(0);
    }

    @Test
    void anOperationThatNoMethodIsCalledIsNotFoundWithTheNearestOne() throws Exception {
        HttpResponse<String> answer = endpoint.delete("/caches/quotes?operation=Quotes.sumary");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer, "$.didYouMean")).isEqualTo("Quotes.summary");
        assertThat(json(answer, "$.known")).isEqualTo(List.of("Quotes.quote", "Quotes.summary"));
        assertThat(json(endpoint.delete("/caches/quotes?operation=sumary"), "$.didYouMean"))
                .isEqualTo("summary");
    }

    @Test
    void dropsEverythingOfAllCaches() throws Exception {
        quotes.quote("ACME");
        quotes.byName("x").block();

        HttpResponse<String> answer = endpoint.delete("/caches");

        assertThat(json(answer, "$"))
                .isEqualTo(Map.of(
                        "what", "everything", "dropped", 2, "of", Map.of("quotes", 1, "named", 1, "numbered", 0)));
        assertThat(endpoint.events).hasSize(3).allMatch(Invalidated.class::isInstance);
    }

    @Test
    void selectorsReachAllCachesOfTheirKind() throws Exception {
        quotes.quote("ACME");
        quotes.byName("x").block();

        assertThat(json(endpoint.delete("/caches?operation=byName"), "$.of"))
                .isEqualTo(Map.of("quotes", 0, "named", 1, "numbered", 0));
    }

    @Test
    void contradictingSelectorsAreRefusedAndDropNothing() throws Exception {
        quotes.quote("ACME");

        assertRefused("/caches/quotes?prefix=A&operation=quote", "'prefix' and 'operation' don't go together");
        assertRefused("/caches?prefix=A&operation=quote", "'prefix' and 'operation' don't go together");
        assertRefused("/caches/quotes/ACME?prefix=A", "'prefix' doesn't go with a key");
        assertRefused("/caches/quotes?key=ACME&operation=quote", "'operation' doesn't go with a key");
        assertRefused("/caches/quotes?prefix=", "'prefix' is empty");
        assertRefused("/caches?operation=%20", "'operation' is empty");
        assertThat(json(endpoint.get("/caches/quotes/ACME"), "$.standing")).isEqualTo("own");
        assertThat(endpoint.events).isEmpty();
    }

    @Test
    void aMistypedSelectorIsRefusedAndDoesNotDropEverything() throws Exception {
        quotes.quote("ACME");

        HttpResponse<String> answer = refused("/caches/quotes?prefx=A");

        assertThat(json(answer, "$.error")).isEqualTo("'prefx' is no selector, and nothing was dropped");
        assertThat(json(answer, "$.didYouMean")).isEqualTo("prefix");
        assertRefused("/caches?opertion=quote", "'opertion' is no selector");
        assertRefused("/caches/quotes/ACME?all=true", "'all' is no selector");
        assertRefused("/caches/quotes?key=ACME&key=OTHER", "'key' is said more than once");
        assertThat(json(endpoint.get("/caches/quotes/ACME"), "$.standing")).isEqualTo("own");
        assertThat(endpoint.events).isEmpty();
        assertThat(endpoint.delete("/caches/quotes?prefix=A&_csrf=x").statusCode())
                .isEqualTo(200);
    }

    @Test
    void anUnknownCacheIsNotFoundWithTheNearestOneAndNeverWithTheKey() throws Exception {
        for (HttpResponse<String> answer : List.of(
                endpoint.get("/caches/quotse/s3cret"),
                endpoint.delete("/caches/quotse/s3cret"),
                endpoint.delete("/caches/quotse?prefix=s3cret"))) {
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(json(answer, "$.didYouMean")).isEqualTo("quotes");
            assertThat(answer.body()).doesNotContain("s3cret");
        }
    }

    @Test
    void whatKeepsNothingThatCanBeDroppedSaysSo() throws Exception {
        HttpResponse<String> policy = endpoint.delete("/rate-limiters/agents?prefix=a");
        HttpResponse<String> kind = endpoint.delete("/rate-limiters");
        HttpResponse<String> pipelines = endpoint.delete("/pipelines");

        assertThat(policy.statusCode()).isEqualTo(404);
        assertThat((String) json(policy, "$.error")).startsWith("rate limiter 'agents' can't be dropped as a whole");
        assertThat(kind.statusCode()).isEqualTo(404);
        assertThat((String) json(kind, "$.error")).isEqualTo("there is no rate limiter that can be dropped as a whole");
        assertThat(pipelines.statusCode()).isEqualTo(404);
        assertThat((String) json(pipelines, "$.error")).startsWith("pipelines keep nothing");
    }

    @BeforeParameterizedClassInvocation
    static void start(WebApplicationType type) {
        endpoint = new ServedEndpoint(
                type,
                Map.of(
                        "management.endpoint.resilience.access", "unrestricted",
                        "resilience.defaults.caches.ttl", "1h",
                        "resilience.defaults.caches.ttl-jitter", "0"),
                Quotes.class);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        endpoint.close();
    }

    private static void assertRefused(String path, String why) throws Exception {
        assertThat((String) json(refused(path), "$.error")).startsWith(why);
    }

    private static HttpResponse<String> refused(String path) throws Exception {
        HttpResponse<String> answer = endpoint.delete(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(400);
        return answer;
    }

    static class Quotes {

        private final AtomicInteger loads = new AtomicInteger();

        public int loads() {
            return loads.get();
        }

        @Cached(name = "quotes", key = "#symbol")
        public String quote(String symbol) {
            loads.incrementAndGet();
            return "worth of " + symbol;
        }

        @Cached(name = "quotes", key = "#symbol")
        public String summary(String symbol) {
            return "summary of " + symbol;
        }

        @Cached("numbered")
        public CompletionStage<String> byNumber(long number) {
            return CompletableFuture.completedFuture("number " + number);
        }

        @Cached("named")
        public Mono<String> byName(String name) {
            return Mono.just("name " + name);
        }

        @RateLimited(name = "agents", limits = "5/1m")
        public String agents() {
            return "agents";
        }
    }
}
