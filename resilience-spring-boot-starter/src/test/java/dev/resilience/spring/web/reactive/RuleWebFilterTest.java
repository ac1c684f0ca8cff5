package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.resilience.CallRejectedException;
import dev.resilience.Resilience;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceWebAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceWebFluxAutoConfiguration;
import dev.resilience.spring.config.Yaml;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebFilter;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Time is turned by hand, and requests come in on the test's thread: whoever waits doesn't hold it. */
class RuleWebFilterTest {

    private final ManualTime time = new ManualTime();
    private final Sinks.One<Object> tenant = Sinks.one();

    @Test
    void anAllowedCallerLearnsItsLimits() {
        with("[{name: hello, path: /hello, limits: '2/1m, 10/1h', key: ip}]", (context, web) -> {
            Answer answer = web.send(get("/hello"));

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

            Answer refused = web.send(get("/hello"));

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
            Answer refused = web.send(get("/hello"));
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
            Answer answer = web.send(get("/hello").header("X-User", "ada"));

            assertThat(answer.headers("X-RateLimit-Limit")).containsExactly("5");
            assertThat(answer.header("X-RateLimit-Remaining")).isEqualTo("4");
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
            Answer answer = web.begin(get("/hello"));
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
            Answer delayed = web.begin(get("/hello"));
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

            Answer next = web.begin(get("/hello"));
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
            Answer teapot = web.send(get("/teapot"));
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
            Answer functional = web.send(get("/functional"));
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

    @Test
    void switchedOffNothingIsLimitedAndNothingTold() {
        String yaml = """
                resilience:
                  enabled: false
                  http.rules: [{path: /hello, limits: 1/1m}]
                """;
        withYaml(yaml, (context, web) -> {
            web.send(get("/hello"));
            Answer answer = web.send(get("/hello"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-RateLimit-Limit")).isNull();
        });
    }

    @Test
    void aRuleInTheShadowRefusesNobodyAndTellsNothing() {
        with("[{name: dark, path: /hello, limits: 1/1m, shadow: true}]", (context, web) -> {
            web.send(get("/hello"));
            Answer answer = web.send(get("/hello"));
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
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AopAutoConfiguration.class,
                        JacksonAutoConfiguration.class,
                        CodecsAutoConfiguration.class,
                        WebFluxAutoConfiguration.class,
                        HttpHandlerAutoConfiguration.class,
                        ErrorWebFluxAutoConfiguration.class,
                        ResilienceAutoConfiguration.class,
                        ResilienceWebAutoConfiguration.class,
                        ResilienceWebFluxAutoConfiguration.class))
                .withUserConfiguration(Application.class)
                .withBean(Time.class, time::time)
                .withBean("tenants", ResilienceKeyResolver.class, () -> (method, arguments) -> tenant.asMono())
                .withInitializer(context -> Yaml.environment(yaml)
                        .getPropertySources()
                        .forEach(context.getEnvironment().getPropertySources()::addFirst))
                .run(context -> story.accept(context, new Web(context.getBean(HttpHandler.class))));
    }

    /** The application as a server sees it. */
    private record Web(HttpHandler handler) {

        Answer begin(MockServerHttpRequest.BaseBuilder<?> request) {
            return new Answer(handler, request.build());
        }

        Answer send(MockServerHttpRequest.BaseBuilder<?> request) {
            Answer answer = begin(request);
            assertThat(answer.isThere()).isTrue();
            return answer;
        }
    }

    /** What is answered, sooner or later. */
    private static final class Answer {
        private final MockServerHttpResponse response = new MockServerHttpResponse();
        private final AtomicInteger ends = new AtomicInteger();
        private final Disposable connection;

        private Answer(HttpHandler handler, MockServerHttpRequest request) {
            connection = handler.handle(request, response)
                    .doOnTerminate(ends::incrementAndGet)
                    .subscribe();
        }

        boolean isThere() {
            return ends.get() == 1;
        }

        void leave() {
            assertThat(isThere()).isFalse();
            connection.dispose();
        }

        int status() {
            assertThat(isThere()).isTrue();
            return response.getStatusCode() == null
                    ? 200
                    : response.getStatusCode().value();
        }

        String header(String name) {
            return response.getHeaders().getFirst(name);
        }

        java.util.List<String> headers(String name) {
            return response.getHeaders().getOrDefault(name, java.util.List.of());
        }

        MediaType contentType() {
            return response.getHeaders().getContentType();
        }

        <T> T json(String path) {
            return JsonPath.read(response.getBodyAsString().block(), path);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        Controller controller() {
            return new Controller();
        }

        @Bean
        RouterFunction<ServerResponse> functional() {
            return RouterFunctions.route()
                    .GET("/functional", request -> Mono.error(new Full()))
                    .build();
        }

        /** Stands where Spring Security's filter stands, and leaves behind what that leaves behind. */
        @Bean
        @Order(-100)
        WebFilter login() {
            return (exchange, chain) -> {
                String user = exchange.getRequest().getHeaders().getFirst("X-User");
                String roles = exchange.getRequest().getHeaders().getFirst("X-Roles");
                return user == null
                        ? chain.filter(exchange)
                        : chain.filter(exchange)
                                .contextWrite(
                                        ReactiveSecurityContextHolder.withAuthentication(new TestingAuthenticationToken(
                                                user,
                                                "password",
                                                AuthorityUtils.commaSeparatedStringToAuthorityList(
                                                        roles == null ? "" : roles))));
            };
        }
    }

    private static final class Full extends CallRejectedException {

        private Full() {
            super("bulkheads", "seats", UNKNOWN);
        }

        @Override
        protected String reason() {
            return "there is no room";
        }
    }

    @RestController
    static class Controller {

        @GetMapping("/hello")
        Mono<String> hello() {
            return Mono.just("hello");
        }

        @GetMapping("/never")
        Mono<String> never() {
            return Mono.never();
        }

        @GetMapping("/teapot")
        Mono<String> teapot() {
            return Mono.error(new ResponseStatusException(HttpStatus.I_AM_A_TEAPOT));
        }

        @GetMapping("/full")
        Mono<String> full() {
            return Mono.error(new Full());
        }

        @PostMapping("/login")
        Mono<String> login(@RequestHeader(name = "X-Password", required = false) String password) {
            return password == null
                    ? Mono.error(new ResponseStatusException(HttpStatus.UNAUTHORIZED))
                    : Mono.just("welcome");
        }
    }
}
