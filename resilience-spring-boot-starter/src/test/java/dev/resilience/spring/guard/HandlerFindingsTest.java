package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import reactor.core.publisher.Mono;

class HandlerFindingsTest {

    @Test
    void aRequestIsNoKey() {
        expect(
                OfRequest.class,
                "ERROR unkeyable-handler OfRequest.quote: The parameter 'request' (HttpServletRequest) is never equal to"
                        + " that of another request: the cache 'OfRequest.quote' finds nothing. Give the cache a key,"
                        + " such as key = \"#symbol\", or take what you need of the request as parameters.");
    }

    @Test
    void whoAsksMayChangeTheResult() {
        expect(
                OfCaller.class,
                "WARNING caller-of-handler OfCaller.keyed: The parameter 'caller' (Principal) may change the result, and"
                        + " the key of the cache 'OfCaller.keyed' doesn't tell callers apart. Tell callers apart with"
                        + " vary-by: principal where the result is the caller's own, or leave the parameter out.",
                "WARNING caller-of-handler OfCaller.quote: The parameter 'caller' (Principal) is part of the key of the"
                        + " cache 'OfCaller.quote' as the object it is, with all that is in it. Tell callers apart with"
                        + " vary-by: principal where the result is the caller's own, or leave the parameter out.");
    }

    @Test
    void aResultOfTheCallerIsNeverPublic() {
        expect(
                OwnButPublic.class,
                "WARNING never-public resilience.caches.own.http: The results of OwnButPublic.own depend on the caller,"
                        + " or on what nobody can tell, so its responses are private all the same. Say http: private,"
                        + " or take the caller out of the parameters and the key.");
    }

    @Test
    void whatAnswersOneRequestIsNotKept() {
        expect(
                Once.class,
                "ERROR result-of-one-request Once.quote: It gives a DeferredResult, which the cache 'Once.quote' keeps as"
                        + " it is, and which answers one request only. Return the value itself, a CompletionStage or a"
                        + " Mono.");
    }

    @Test
    void inWebFluxOnlyPublishersAreTold() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class))
                .withUserConfiguration(PlainAndLoud.class)
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::toString)
                        .containsExactly(
                                "resilience.caches.plain.http: It has no effect on PlainAndLoud.plain: in WebFlux"
                                        + " only a handler that gives a publisher is known to belong to its request. Return a Mono,"
                                        + " or remove 'http'."));
    }

    @Test
    void wordsAboutResponsesThatNobodyGetsAreVain() {
        expect(Unheard.class, vain("posted", "http", "public", "post"), vain("service", "etag", "weak", "service"));
    }

    @Test
    void whatTellsItsResultsApartByValuesIsFine() {
        expect(Fine.class);
    }

    @Test
    void aResultVariesWithHeadersThatAreParametersOrKeys() throws Exception {
        assertThat(variance("quote", Map.of()))
                .isEqualTo(new Variance(List.of("X-Tenant", "Cookie", "Accept-Language"), false));
        assertThat(variance("quote", Map.of("key", "#symbol"))).isEqualTo(new Variance(List.of(), false));
        assertThat(variance("quote", Map.of("key", "#tenant + #symbol")))
                .isEqualTo(new Variance(List.of("X-Tenant"), false));
        assertThat(variance("quote", Map.of("key", "#symbol", "vary-by", "header:X-A, header:X-B")))
                .isEqualTo(new Variance(List.of("X-A", "X-B"), false));
        assertThat(variance("quote", Map.of("key", "#symbol", "vary-by", "header:X-A, principal")))
                .isEqualTo(new Variance(List.of("X-A"), true));
        assertThat(variance("quote", Map.of("key", "@bean")).ofCaller()).isTrue();
        assertThat(variance("quote", Map.of("key", "#symbol", "vary-by", "#tenant.replace('a', 'b'), header:X-A")))
                .isEqualTo(new Variance(List.of("X-A", "X-Tenant"), false));
    }

    private static Variance variance(String method, Map<String, String> placement) throws Exception {
        return Variance.of(
                Fine.class.getMethod(method, String.class, String.class, String.class, Locale.class), placement);
    }

    private static String vain(String cache, String knob, String value, String method) {
        return "WARNING vain-setting resilience.caches." + cache + "." + knob + " = '" + value
                + "' (annotation Unheard#" + method
                + "): It has no effect without a handler of GET requests that has the"
                + " cache '" + cache + "' on itself. Put the cache on such a handler, or remove '" + knob + "'.";
    }

    private static void expect(Class<?> handler, String... findings) {
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, ResilienceAutoConfiguration.class))
                .withUserConfiguration(handler)
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(finding -> finding.level() + " " + finding.code() + " " + finding)
                        .containsExactlyInAnyOrder(findings));
    }

    @RestController
    static class OfRequest {

        @GetMapping("/quote")
        @Cached
        public String quote(HttpServletRequest request) {
            return "quote";
        }

        @GetMapping("/keyed")
        public String uncached(HttpServletRequest request) {
            return "quote";
        }
    }

    @RestController
    static class OfCaller {

        @GetMapping("/quote")
        @Cached
        public String quote(Principal caller) {
            return "quote";
        }

        @GetMapping("/keyed/{symbol}")
        @Cached(key = "#symbol")
        public String keyed(@PathVariable("symbol") String symbol, Principal caller) {
            return "quote";
        }
    }

    @RestController
    static class OwnButPublic {

        @GetMapping("/own")
        @Cached(name = "own", key = "principal", http = "public")
        public String own() {
            return "quote";
        }
    }

    @RestController
    static class Once {

        @GetMapping("/quote")
        @Cached
        public DeferredResult<String> quote() {
            return new DeferredResult<>();
        }
    }

    @RestController
    static class PlainAndLoud {

        @GetMapping("/plain")
        @Cached(name = "plain", http = "public")
        public String plain() {
            return "quote";
        }

        @GetMapping("/stage")
        @Cached
        public CompletableFuture<String> stage() {
            return CompletableFuture.completedFuture("quote");
        }

        @GetMapping("/mono")
        @Cached(name = "mono", etag = "weak")
        public Mono<String> mono() {
            return Mono.just("quote");
        }
    }

    @RestController
    static class Unheard {

        @PostMapping("/post")
        @Cached(name = "posted", http = "public")
        public String post() {
            return "quote";
        }

        @Cached(name = "service", etag = "weak")
        public String service() {
            return "quote";
        }

        @Cached(name = "quiet", http = "off", etag = "off")
        public String quiet() {
            return "quote";
        }

        @RequestMapping("/any")
        @Cached(name = "any", etag = "weak")
        public String any() {
            return "quote";
        }
    }

    @RestController
    static class Fine {

        @GetMapping("/quote/{symbol}")
        @Cached(http = "public")
        public ResponseEntity<String> quote(
                @PathVariable("symbol") String symbol,
                @RequestHeader("X-Tenant") String tenant,
                @CookieValue("taste") String taste,
                Locale locale) {
            return ResponseEntity.ok("quote");
        }
    }
}
