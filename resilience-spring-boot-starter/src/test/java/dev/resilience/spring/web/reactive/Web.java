package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.resilience.CallRejectedException;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceWebAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceWebFluxAutoConfiguration;
import dev.resilience.spring.config.Yaml;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
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
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.security.access.AccessDeniedException;
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
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * An application of WebFlux as its server sees it. Requests come in on the test's thread, and time is turned by hand, so
 * whoever waits doesn't hold it.
 */
record Web(HttpHandler handler) {

    /** Runs the story in an application with this configuration, whose resolver {@code tenants} gives this key. */
    static void with(String yaml, ManualTime time, Object tenant, BiConsumer<ApplicationContext, Web> story) {
        runner(yaml, time, tenant).run(context -> story.accept(context, new Web(context.getBean(HttpHandler.class))));
    }

    static ReactiveWebApplicationContextRunner runner(String yaml, ManualTime time, Object tenant) {
        return new ReactiveWebApplicationContextRunner()
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
                .withBean("tenants", ResilienceKeyResolver.class, () -> (method, arguments) -> tenant)
                .withBean("echo", ResilienceKeyResolver.class, () -> (method, arguments) -> echo(arguments))
                .withInitializer(context -> Yaml.environment(yaml)
                        .getPropertySources()
                        .forEach(context.getEnvironment().getPropertySources()::addFirst));
    }

    private static Object echo(Object[] arguments) {
        return Mono.justOrEmpty(
                ((ServerWebExchange) arguments[0]).getRequest().getHeaders().getFirst("X-Echo"));
    }

    Answer begin(MockServerHttpRequest.BaseBuilder<?> request) {
        return new Answer(handler, request.build());
    }

    Answer send(MockServerHttpRequest.BaseBuilder<?> request) {
        Answer answer = begin(request);
        assertThat(answer.isThere()).isTrue();
        return answer;
    }

    /** What is answered, sooner or later. */
    static final class Answer {
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

        List<String> headers(String name) {
            return response.getHeaders().getOrDefault(name, List.of());
        }

        HttpHeaders headers() {
            return response.getHeaders();
        }

        String body() {
            return response.getBodyAsString().defaultIfEmpty("").block();
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
                                                AuthorityUtils.createAuthorityList(
                                                        roles == null ? List.of() : List.of(roles.split(","))))));
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

        @GetMapping("/forbidden")
        Mono<String> forbidden() {
            return Mono.error(new AccessDeniedException("as method security does"));
        }

        @GetMapping("/translated")
        Mono<String> translated() {
            return Mono.error(new ResponseStatusException(HttpStatus.BAD_GATEWAY, "no", new Full()));
        }

        @PostMapping("/login")
        Mono<String> login(@RequestHeader(name = "X-Password", required = false) String password) {
            return password == null
                    ? Mono.error(new ResponseStatusException(HttpStatus.UNAUTHORIZED))
                    : Mono.just("welcome");
        }
    }
}
