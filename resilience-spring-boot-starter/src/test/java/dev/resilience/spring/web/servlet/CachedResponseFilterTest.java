package dev.resilience.spring.web.servlet;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.web.Served;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** What only servlets have: filters around, sessions, views, streams, and handlers that end later in their own ways. */
class CachedResponseFilterTest {

    private static final String YAML = """
            logging.level: {org.apache: "OFF", org.springframework: "OFF"}
            spring.mvc.async.request-timeout: 50ms
            resilience:
              defaults.caches: {ttl: 60s, ttl-jitter: 0}
              caches: {shared: {http: public}, weak: {etag: weak}, sessions: {http: public}}
            """;

    private static Served served;

    @BeforeAll
    static void serve() {
        served = Served.with(
                WebApplicationType.SERVLET, YAML, Pages.class, Handlers.class, Forwarding.class, Calling.class);
    }

    @AfterAll
    static void close() {
        served.close();
    }

    @Test
    void whoIsLoggedInIsAnsweredPrivately() {
        assertThat(header(served.get("/shared"), "Cache-Control")).startsWith("public");

        HttpResponse<String> known = served.get("/shared", "X-User", "ada");

        assertThat(header(known, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(known, "Vary")).isEqualTo("Cookie, Accept");
    }

    @Test
    void soIsWhoHasASession() {
        HttpResponse<String> first = served.get("/session");

        assertThat(header(first, "Set-Cookie")).startsWith("JSESSIONID");
        assertThat(header(first, "Cache-Control")).isEqualTo("private, max-age=60");
        String cookie = header(first, "Set-Cookie").replaceAll(";.*", "");
        assertThat(header(served.get("/shared", "Cookie", cookie), "Cache-Control"))
                .isEqualTo("private, max-age=60");
        assertThat(header(served.get("/shared", "Cookie", "seen=yes"), "Cache-Control"))
                .startsWith("public");
    }

    @Test
    void aWeakTagSparesTheRendering() {
        String tag = header(served.get("/weak"), "ETag");
        int rendered = Slow.RENDERED.get();

        assertThat(served.get("/weak", "If-None-Match", tag).statusCode()).isEqualTo(304);
        assertThat(Slow.RENDERED).hasValue(rendered);
        assertThat(served.get("/weak", "If-None-Match", "\"other\"").body()).isEqualTo("{\"text\":\"slow\"}");
        assertThat(Slow.RENDERED.get()).isGreaterThan(rendered);
    }

    @Test
    void aTagOfTheApplicationOutranksAWeakOneThatItsClientHas() {
        HttpResponse<String> answer = served.get("/weak-own", "If-None-Match", "*");

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(header(answer, "ETag")).isEqualTo("\"own\"");
    }

    @Test
    void springsOwnFilterFindsATagAndMakesNone() {
        for (String place : new String[] {"outside", "inside"}) {
            HttpResponse<String> first = served.get("/shared", "X-Shallow", place);

            assertThat(header(first, "ETag")).as(place).isNotNull();
            assertThat(header(first, "Age")).as(place).isNotNull();
            HttpResponse<String> known =
                    served.get("/shared", "X-Shallow", place, "If-None-Match", header(first, "ETag"));
            assertThat(known.statusCode()).as(place).isEqualTo(304);
            assertThat(header(known, "ETag")).as(place).isEqualTo(header(first, "ETag"));
        }
    }

    @Test
    void aViewIsHeldBackAsWell() {
        HttpResponse<String> view = served.get("/view");

        assertThat(view.body()).isEqualTo("grüße");
        assertThat(header(view, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(served.get("/view", "If-None-Match", header(view, "ETag")).statusCode())
                .isEqualTo(304);
    }

    @Test
    void streamsAndLateAnswersOfOthersGoOutAsTheyCome() {
        for (String path : new String[] {"/stream", "/callable", "/deferred"}) {
            HttpResponse<String> answer = served.get(path, "If-None-Match", "*");

            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).isEqualTo("late");
            assertThat(header(answer, "ETag")).as(path).isNull();
        }
    }

    @Test
    void aLargeAnswerArrivesWhole() {
        HttpResponse<String> large = served.get("/large");

        assertThat(large.body()).hasSize(1_000_000);
        assertThat(header(large, "Content-Length")).isEqualTo("1000000");
        assertThat(served.get("/large", "If-None-Match", header(large, "ETag")).statusCode())
                .isEqualTo(304);
    }

    @Test
    void anotherHandlerThatIsCalledIsNotTheOneThatAnswers() {
        served.get("/calls-another");

        assertThat(header(served.get("/calls-another"), "ETag")).isNull();
    }

    @Test
    void whatIsForwardedGoesOutAsItComes() {
        HttpResponse<String> forwarded = served.get("/forward");
        assertThat(forwarded.body()).isEqualTo("shared");
        assertThat(header(forwarded, "ETag")).isNull();

        HttpResponse<String> page = served.get("/page");
        assertThat(page.body()).isEqualTo("shared");
        assertThat(header(page, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(header(page, "Age")).isEqualTo("0");
        assertThat(header(page, "ETag")).isNull();
    }

    @Test
    void whatStandsInForALoadThatComesTooLateIsNotTheResult() {
        HttpResponse<String> replaced = served.get("/late");

        assertThat(replaced.body()).isEqualTo("instead");
        assertThat(header(replaced, "Cache-Control")).isNull();
        assertThat(header(replaced, "ETag")).isNull();
    }

    @Test
    void whatAFilterWantsNobodyToStoreIsNotStoredThoughItsAnswerComesLater() {
        assertThat(header(served.get("/later"), "Cache-Control")).isEqualTo("private, max-age=60");

        HttpResponse<String> strict = served.get("/later", "X-Strict", "yes", "If-None-Match", "*");

        assertThat(strict.statusCode()).isEqualTo(200);
        assertThat(header(strict, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(strict, "ETag")).isNull();
    }

    @Test
    void noRequestIsRememberedWhenItIsOver() {
        assertThat(served.get("/never").statusCode()).isEqualTo(503);
        assertThat(served.get("/failing").statusCode()).isEqualTo(500);
        served.get("/shared");

        assertThat(served.bean(CachedRequests.class).underWay()).isZero();
    }

    @Configuration
    static class Pages {

        @Bean
        FilterRegistrationBean<Filter> logIn() {
            Filter filter = (request, response, chain) -> {
                String user = ((HttpServletRequest) request).getHeader("X-User");
                Principal principal = () -> user;
                chain.doFilter(
                        user == null
                                ? request
                                : new HttpServletRequestWrapper((HttpServletRequest) request) {
                                    @Override
                                    public Principal getUserPrincipal() {
                                        return principal;
                                    }
                                },
                        response);
            };
            return at(0, filter);
        }

        @Bean
        FilterRegistrationBean<Filter> outside() {
            return at(1, shallow("outside"));
        }

        @Bean
        FilterRegistrationBean<Filter> strict() {
            return at(2, (request, response, chain) -> {
                chain.doFilter(request, response);
                if (((HttpServletRequest) request).getHeader("X-Strict") != null) {
                    ((HttpServletResponse) response).setHeader("Cache-Control", "no-store");
                }
            });
        }

        /** Registered after ours, and of the same order. */
        @Bean
        FilterRegistrationBean<Filter> inside() {
            return at(Ordered.LOWEST_PRECEDENCE, shallow("inside"));
        }

        private static FilterRegistrationBean<Filter> at(int order, Filter filter) {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
            registration.setOrder(order);
            registration.setAsyncSupported(true);
            return registration;
        }

        private static Filter shallow(String place) {
            return new ShallowEtagHeaderFilter() {
                @Override
                protected boolean shouldNotFilter(HttpServletRequest request) {
                    return !place.equals(request.getHeader("X-Shallow"));
                }

                @Override
                protected String getAlreadyFilteredAttributeName() {
                    return place;
                }
            };
        }
    }

    /** Counts how often it is rendered. */
    record Slow(String value) {
        static final AtomicInteger RENDERED = new AtomicInteger();

        @JsonProperty("text")
        public String text() {
            RENDERED.incrementAndGet();
            return value;
        }

        @Override
        @JsonIgnore
        public String value() {
            return value;
        }
    }

    @Controller
    static class Forwarding {

        @GetMapping("/forward")
        String forward() {
            return "forward:/shared";
        }

        @GetMapping("/page")
        @Cached
        public String page() {
            return "forward:/shared";
        }
    }

    @RestController
    static class Calling {
        private final Handlers handlers;

        Calling(Handlers handlers) {
            this.handlers = handlers;
        }

        @GetMapping("/calls-another")
        String call() {
            return handlers.shared();
        }
    }

    @RestController
    static class Handlers {

        @GetMapping("/shared")
        @Cached("shared")
        public String shared() {
            return "shared";
        }

        @GetMapping("/session")
        @Cached(name = "sessions", key = "#request.servletPath")
        public String session(HttpServletRequest request) {
            request.getSession();
            return "session";
        }

        @GetMapping("/weak")
        @Cached("weak")
        public Slow weak() {
            return new Slow("slow");
        }

        @GetMapping("/weak-own")
        @Cached(base = "weak")
        public ResponseEntity<String> weakOwn() {
            return ResponseEntity.ok().eTag("own").body("own");
        }

        @GetMapping("/view")
        @Cached
        public ModelAndView view() {
            return new ModelAndView((View) (model, request, response) -> {
                response.setContentType("text/plain");
                response.setCharacterEncoding(StandardCharsets.UTF_8);
                response.getWriter().print("grüße");
            });
        }

        @GetMapping("/large")
        @Cached
        public String large() {
            return "x".repeat(1_000_000);
        }

        @GetMapping("/late")
        @Cached
        @Timeout(name = "short", total = "100ms")
        @Fallback(name = "instead", returning = "instead")
        public String late() {
            served.time.advance(Duration.ofSeconds(1));
            return "late";
        }

        @GetMapping("/later")
        @Cached
        public CompletableFuture<String> later() {
            return CompletableFuture.completedFuture("later");
        }

        @GetMapping("/never")
        @Cached
        public CompletableFuture<String> never() {
            return new CompletableFuture<>();
        }

        @GetMapping("/failing")
        @Cached
        public String failing() {
            throw new IllegalStateException("failing");
        }

        @GetMapping("/stream")
        StreamingResponseBody stream() {
            return out -> {
                out.write("la".getBytes(StandardCharsets.UTF_8));
                out.flush();
                out.write("te".getBytes(StandardCharsets.UTF_8));
            };
        }

        @GetMapping("/callable")
        Callable<String> callable() {
            return () -> "late";
        }

        @GetMapping("/deferred")
        DeferredResult<String> deferred() {
            DeferredResult<String> result = new DeferredResult<>();
            CompletableFuture.runAsync(() -> result.setResult("late"));
            return result;
        }
    }
}
