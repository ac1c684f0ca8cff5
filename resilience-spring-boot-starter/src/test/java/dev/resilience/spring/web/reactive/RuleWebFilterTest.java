package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Resilience;
import dev.resilience.time.ManualTime;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.web.reactive.config.PathMatchConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import reactor.core.publisher.Sinks;

/** Time is turned by hand, and requests come in on the test's thread: whoever waits doesn't hold it. */
class RuleWebFilterTest {

    private final ManualTime time = new ManualTime();
    private final Sinks.One<Object> tenant = Sinks.one();

    @Test
    void anAllowedCallerLearnsItsLimits() {
        with("[{name: hello, path: /hello, limits: '2/1m, 10/1h', key: ip}]", (context, web) -> {
            Web.Answer answer = web.send(get("/hello"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-RateLimit-Limit")).isEqualTo("2");
            assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo("1");
            assertThat(answer.header("X-RateLimit-Window")).isEqualTo("60");
        });
    }

    @Test
    void aRefusalIsAProblemAndWaitingAsLongAsItSaysPasses() {
        with("[{name: hello, path: /hello, limits: 1/1m, key: ip}]", (context, web) -> {
            web.send(get("/hello"));
            time.advance(Duration.ofSeconds(20));

            Web.Answer refused = web.send(get("/hello"));

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("40");
            assertThat(refused.header("X-RateLimit-Remaining")).isEqualTo("0");
            assertThat(refused.contentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
            assertThat((Object) refused.json("$.policy")).isEqualTo("hello");
            assertThat((Object) refused.json("$.violated[0].limit")).isEqualTo(1);
            time.advance(Duration.ofSeconds(40));
            assertThat(web.send(get("/hello")).status()).isEqualTo(200);
        });
    }

    @Test
    void callersAreToldApartByAddressBehindATrustedProxyOnly() {
        String rules = """
                resilience.http:
                  trusted-proxies: 10.0.0.0/8
                  rules: [{path: /hello, limits: 1/1m, key: ip}]
                """;
        withYaml(rules, (context, web) -> {
            assertThat(web.send(from("10.0.0.1", "6.6.6.6, 203.0.113.1")).status())
                    .isEqualTo(200);
            assertThat(web.send(from("10.0.0.1", "7.7.7.7, 203.0.113.1")).status())
                    .isEqualTo(429);
            assertThat(web.send(from("10.0.0.1", "6.6.6.6, 203.0.113.2")).status())
                    .isEqualTo(200);
            assertThat(web.send(from("203.0.113.1", "8.8.8.8")).status()).isEqualTo(429);
        });
    }

    @Test
    void allMatchingRulesHoldAndARefusedRequestIsChargedToNone() {
        String rules = "[{name: all, path: /**, limits: 3/1m}, {name: one, path: /hello, limits: 1/1m, methods: GET}]";
        with(rules, (context, web) -> {
            assertThat(web.send(get("/hello")).status()).isEqualTo(200);
            Web.Answer refused = web.send(get("/hello"));
            assertThat(refused.status()).isEqualTo(429);
            assertThat((Object) refused.json("$.policy")).isEqualTo("one");
            assertThat(web.send(get("/other")).status()).isEqualTo(404);
            assertThat(web.send(get("/other")).status()).isEqualTo(404);
            assertThat((Object) web.send(get("/other")).json("$.policy")).isEqualTo("all");
        });
    }

    @Test
    void bothPhasesTellOneSetOfHeaders() {
        String rules = "[{name: all, path: /**, limits: 9/1m}, {name: me, path: /hello, limits: 5/1m, key: principal}]";
        with(rules, (context, web) -> {
            Web.Answer answer = web.send(get("/hello").header("X-User", "ada"));

            assertThat(answer.headers("X-RateLimit-Limit")).containsExactly("5");
            assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo("4");
        });
    }

    @Test
    void whatALaterRuleRefusesIsChargedToNoEarlierOne() {
        String rules = "[{name: early, path: /**, limits: 3/1m}, {name: guesses, path: /**, limits: 3/1h, key: ip,"
                + " charge-on: failure, failure-statuses: 429}, {name: late, path: /hello, limits: 1/1m, key: caller}]";
        with(rules, (context, web) -> {
            assertThat(web.send(get("/hello")).status()).isEqualTo(200);
            for (int refused = 0; refused < 3; refused++) {
                Web.Answer answer = web.send(get("/hello"));
                assertThat(answer.status()).isEqualTo(429);
                assertThat((Object) answer.json("$.policy")).isEqualTo("late");
            }

            assertThat(web.send(get("/hello").header("X-User", "ada")).status()).isEqualTo(200);
            assertThat(web.send(get("/hello").header("X-User", "bob")).status()).isEqualTo(200);
            assertThat((Object) web.send(get("/hello").header("X-User", "cyd")).json("$.policy"))
                    .isEqualTo("early");
        });
    }

    @Test
    void rolesHaveLimitsOfTheirOwnAfterTheLogIn() {
        String rules = "[{path: /hello, limits: 9/1m, key: principal, tier: role,"
                + " tiers: {admin: 3/1m, viewer: 2/1m, anonymous: 1/1m}}]";
        with(rules, (context, web) -> {
            assertThat(allowed(web, "ada", "ROLE_VIEWER,ROLE_ADMIN")).isEqualTo(3);
            assertThat(allowed(web, "bob", "ROLE_viewer")).isEqualTo(2);
            assertThat(allowed(web, null, "")).isEqualTo(1);
        });
    }

    @Test
    void aResolverMayTakeItsTime() {
        with("[{path: /hello, limits: 1/1m, key: '@tenants'}]", (context, web) -> {
            Web.Answer answer = web.begin(get("/hello"));
            assertThat(answer.isThere()).isFalse();

            tenant.tryEmitValue("tenant-1");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(web.send(get("/hello")).status()).isEqualTo(429);
        });
    }

    @Test
    void aDelayedRequestHoldsNoThreadAndPassesWhenItsTurnComes() {
        with("[{name: slow, path: /hello, limits: 1/10s, max-wait: 10s}]", (context, web) -> {
            web.send(get("/hello"));
            Web.Answer delayed = web.begin(get("/hello"));
            time.advance(Duration.ofSeconds(9));
            assertThat(delayed.isThere()).isFalse();

            time.advance(Duration.ofSeconds(1));

            assertThat(delayed.status()).isEqualTo(200);
        });
    }

    @Test
    void whoLeavesWhileWaitingGivesThePermitBack() {
        with("[{name: slow, path: /hello, limits: 1/10s, max-wait: 10s}]", (context, web) -> {
            web.send(get("/hello"));
            web.begin(get("/hello")).leave();

            Web.Answer next = web.begin(get("/hello"));
            time.advance(Duration.ofSeconds(10));

            assertThat(next.status()).isEqualTo(200);
            assertThat(number(context, "slow", "refunded")).isEqualTo(1);
        });
    }

    @Test
    void whoLeavesInTheMiddleHasBeenServed() {
        with("[{name: hello, path: /never, limits: 1/1m}]", (context, web) -> {
            web.begin(get("/never")).leave();

            assertThat(web.send(get("/never")).status()).isEqualTo(429);
            assertThat(number(context, "hello", "refunded")).isZero();
        });
    }

    @Test
    void whatTheApplicationAnswersWithComesThroughAsItIs() {
        with("[{name: all, path: /**, limits: 9/1m}]", (context, web) -> {
            Web.Answer teapot = web.send(get("/teapot"));
            assertThat(teapot.status()).isEqualTo(418);
            assertThat(teapot.header("X-RateLimit-Remaining")).isEqualTo("8");
            assertThat(web.send(MockServerHttpRequest.post("/login")).status()).isEqualTo(401);
            assertThat(number(context, "all", "permitted")).isEqualTo(2);
        });
    }

    @Test
    void aRefusalThatNobodyAnswersIsA503AlsoInAFunctionalEndpoint() {
        with("[]", (context, web) -> {
            assertThat(web.send(get("/full")).status()).isEqualTo(503);
            Web.Answer functional = web.send(get("/functional"));
            assertThat(functional.status()).isEqualTo(503);
            assertThat((Object) functional.json("$.kind")).isEqualTo("bulkheads");
        });
    }

    @Test
    void aPreflightIsNotCounted() {
        with("[{name: all, path: /**, limits: 1/1m}]", (context, web) -> {
            web.send(MockServerHttpRequest.options("/hello")
                    .header("Origin", "https://example.org")
                    .header("Access-Control-Request-Method", "GET"));

            assertThat(number(context, "all", "permitted")).isZero();
        });
    }

    @Test
    void pathsThatHandlersDontTellApartAreOnePath() {
        with("[{path: /hello, limits: 1/1m}]", (context, web) -> {
            web.send(get("/hello"));
            for (String same : new String[] {"/hello", "/%68ello", "/hello;x=1", "/hello?x=1", "/hell%6f;a;b"}) {
                assertThat(web.send(get(same)).status()).as(same).isEqualTo(429);
            }
        });
    }

    /** Handlers serve none of them, but whatever serves files, or drops a slash, reads them so. */
    @Test
    void noSpellingOfAPathWalksAroundARule() {
        with("[{path: /hello/you, limits: 1/1m}]", (context, web) -> {
            web.send(get("/hello/you"));
            for (String same : new String[] {
                "/hello/you/",
                "//hello/you",
                "/hello//you",
                "/hello/./you",
                "/x/../hello/you",
                "/hello%2Fyou",
                "/hello%5Cyou"
            }) {
                assertThat(web.send(get("http://localhost" + same)).status())
                        .as(same)
                        .isEqualTo(429);
            }
            assertThat(web.send(get("/HELLO/you")).status()).isEqualTo(404);
        });
    }

    @Test
    void whereHandlersDontMindTheCaseRulesDontEither() {
        Web.runner("resilience.http.rules: [{path: /hello, limits: 1/1m}]", time, tenant.asMono())
                .withBean(AnyCase.class)
                .run(context -> {
                    Web web = new Web(context.getBean(HttpHandler.class));
                    assertThat(web.send(get("/HELLO")).status()).isEqualTo(200);
                    assertThat(web.send(get("/hello")).status()).isEqualTo(429);
                });
    }

    static class AnyCase implements WebFluxConfigurer {
        @Override
        public void configurePathMatching(PathMatchConfigurer configurer) {
            configurer.setUseCaseSensitiveMatch(false);
        }
    }

    @Test
    void whatSpringSecurityAnswersFurtherOutIsAFailure() {
        String rule = "[{path: /forbidden, limits: 2/1m, charge-on: failure, phase: after-login}]";
        with(rule, (context, web) -> {
            web.send(get("/forbidden"));
            web.send(get("/forbidden"));

            assertThat(web.send(get("/forbidden")).status()).isEqualTo(429);
        });
    }

    @Test
    void anExceptionOfTheApplicationThatSaysItsStatusBecomesThat() {
        with("[]", (context, web) -> {
            assertThat(web.send(get("/translated")).status()).isEqualTo(502);
        });
    }

    @Test
    void switchedOffNothingIsLimitedAndNothingTold() {
        String yaml = """
                resilience:
                  enabled: false
                  http.rules: [{path: /hello, limits: 1/1m}]
                """;
        withYaml(yaml, (context, web) -> {
            web.send(get("/hello"));
            Web.Answer answer = web.send(get("/hello"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-RateLimit-Limit")).isNull();
        });
    }

    @Test
    void aRuleInTheShadowRefusesNobodyAndTellsNothing() {
        with("[{name: dark, path: /hello, limits: 1/1m, shadow: true}]", (context, web) -> {
            web.send(get("/hello"));
            Web.Answer answer = web.send(get("/hello"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-RateLimit-Limit")).isNull();
        });
    }

    private static int allowed(Web web, String user, String roles) {
        int allowed = 0;
        while (web.send(
                                user == null
                                        ? get("/hello")
                                        : get("/hello").header("X-User", user).header("X-Roles", roles))
                        .status()
                == 200) {
            allowed++;
        }
        return allowed;
    }

    private static long number(ApplicationContext context, String limiter, String name) {
        return context.getBean(Resilience.class)
                .policies()
                .find("rate-limiters", limiter)
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(name)
                .longValue();
    }

    private static MockServerHttpRequest.BaseBuilder<?> get(String path) {
        return MockServerHttpRequest.method(HttpMethod.GET, URI.create(path))
                .remoteAddress(new InetSocketAddress("203.0.113.9", 80));
    }

    private static MockServerHttpRequest.BaseBuilder<?> from(String peer, String forwarded) {
        return MockServerHttpRequest.get("/hello")
                .remoteAddress(new InetSocketAddress(peer, 80))
                .header("X-Forwarded-For", forwarded);
    }

    private void with(String rules, BiConsumer<ApplicationContext, Web> story) {
        withYaml("resilience.http.rules: " + rules, story);
    }

    private void withYaml(String yaml, BiConsumer<ApplicationContext, Web> story) {
        Web.with(yaml, time, tenant.asMono(), story);
    }
}
