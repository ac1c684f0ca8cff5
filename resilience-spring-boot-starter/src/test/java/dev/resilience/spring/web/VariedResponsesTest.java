package dev.resilience.spring.web;

import static dev.resilience.spring.web.Served.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.annotation.Cached;
import jakarta.servlet.Filter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Responses that differ by who asks and how, behind the real Spring Security with its headers, by real servers. */
@ParameterizedClass
@CsvSource({"SERVLET, /plain", "SERVLET, /mono", "REACTIVE, /mono"})
class VariedResponsesTest {

    private static final String YAML = """
            logging.level: {org.apache: "OFF", org.springframework: "OFF", reactor: "OFF"}
            resilience:
              defaults.caches: {ttl: 60s, ttl-jitter: 0, http: public}
              caches.in-yaml: {vary-by: "header:Accept-Language, principal"}
            """;

    private static final String ADA = basic("ada");
    private static final String BOB = basic("bob");

    private static Served served;

    @Parameter(0)
    WebApplicationType type;

    @Parameter(1)
    String dialect;

    @BeforeParameterizedClassInvocation
    static void serve(WebApplicationType type, String dialect) {
        Class<?> handlers = dialect.equals("/plain") ? Plain.class : Reactive.class;
        Class<?> security = type == WebApplicationType.SERVLET ? ServletSecurity.class : WebFluxSecurity.class;
        served = Served.with(type, YAML, security, Tenants.class, handlers);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        served.close();
    }

    @Test
    void everyLanguageHasABodyAndATagOfItsOwn() {
        HttpResponse<String> german = get("/language", "Accept-Language", "de");
        HttpResponse<String> english = get("/language", "Accept-Language", "en");

        assertThat(english.body()).isNotEqualTo(german.body());
        assertThat(header(english, "ETag")).isNotEqualTo(header(german, "ETag"));
        assertThat(get("/language", "Accept-Language", "de").body()).isEqualTo(german.body());
        assertThat(get("/language", "Accept-Language", "en", "If-None-Match", header(german, "ETag"))
                        .body())
                .isEqualTo(english.body());
        HttpResponse<String> known = get("/language", "Accept-Language", "de", "If-None-Match", header(german, "ETag"));
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(names(known, "Vary")).contains("Accept-Language", "Accept");
        assertThat(header(known, "Cache-Control")).isEqualTo("public, max-age=60");
    }

    @Test
    void whatIsTheCallersIsPrivateAndNobodyElses() {
        for (String path : new String[] {"/principal", "/in-yaml"}) {
            HttpResponse<String> ada = get(path, "Accept-Language", "de", "Authorization", ADA);
            HttpResponse<String> bob =
                    get(path, "Accept-Language", "de", "Authorization", BOB, "If-None-Match", header(ada, "ETag"));

            assertThat(bob.statusCode()).as(path).isEqualTo(200);
            assertThat(bob.body()).as(path).isNotEqualTo(ada.body());
            assertThat(header(bob, "Cache-Control")).as(path).isEqualTo("private, max-age=60");
            assertThat(names(bob, "Vary")).as(path).contains("Authorization", "Cookie", "Accept");
            assertThat(get(path, "Accept-Language", "de", "Authorization", ADA, "If-None-Match", header(ada, "ETag"))
                            .statusCode())
                    .as(path)
                    .isEqualTo(304);
        }
        assertThat(names(get("/in-yaml", "Accept-Language", "de", "Authorization", ADA), "Vary"))
                .contains("Accept-Language");
    }

    @Test
    void aCallerOfWhomNothingIsKnownGetsWhatNobodyKeeps() {
        HttpResponse<String> nobody = get("/principal");

        assertThat(nobody.statusCode()).isEqualTo(200);
        assertThat(header(nobody, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(nobody, "Cache-Status")).isEqualTo("resilience; fwd=bypass");
        assertThat(get("/principal").body()).isNotEqualTo(nobody.body());
    }

    @Test
    void soIsWhatDependsOnHisAddressOrOnABeansOpinion() {
        HttpResponse<String> caller = get("/caller", "Accept-Language", "de");
        assertThat(header(caller, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(names(caller, "Vary")).contains("Accept-Language", "Authorization", "Cookie");
        assertThat(get("/caller", "Accept-Language", "en").body()).isNotEqualTo(caller.body());

        HttpResponse<String> bean = get("/bean", "X-Tenant", "a");
        assertThat(header(bean, "Cache-Control")).isEqualTo("private, max-age=60");
        assertThat(names(bean, "Vary")).contains("X-Tenant");
        assertThat(get("/bean", "X-Tenant", "b").body()).isNotEqualTo(bean.body());
        assertThat(get("/bean", "X-Tenant", "a").body()).isEqualTo(bean.body());
    }

    @Test
    void securityLeavesOurHeadersAloneAndSetsItsOwnWhereThereAreNone() {
        HttpResponse<String> open = get("/language", "Accept-Language", "fr");
        assertThat(header(open, "Cache-Control")).isEqualTo("public, max-age=60");
        assertThat(open.headers().map()).doesNotContainKeys("pragma", "expires");
        assertThat(header(open, "X-Content-Type-Options")).isEqualTo("nosniff");

        HttpResponse<String> known = get("/language", "Accept-Language", "fr", "If-None-Match", header(open, "ETag"));
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(header(known, "Cache-Control")).isEqualTo("public, max-age=60");
        assertThat(known.headers().map()).doesNotContainKeys("pragma", "expires");

        assertThat(header(get("/language", "Accept-Language", "fr", "Authorization", ADA), "Cache-Control"))
                .isEqualTo("private, max-age=60");
        assertThat(header(get("/uncached"), "Cache-Control")).contains("no-cache, no-store");
        HttpResponse<String> missing = get("/missing");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(header(missing, "Cache-Control")).contains("no-cache, no-store");
        assertThat(header(missing, "Pragma")).isEqualTo("no-cache");
    }

    private HttpResponse<String> get(String path, String... headers) {
        return served.get(dialect + path, headers);
    }

    /** The members of a header that may come in several lines. */
    private static List<String> names(HttpResponse<?> response, String header) {
        return response.headers().allValues(header).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .toList();
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
    }

    private static UserDetails user(String name) {
        return User.withUsername(name).password("{noop}secret").roles("USER").build();
    }

    @Configuration
    static class Tenants {

        @Bean
        AtomicInteger loads() {
            return new AtomicInteger();
        }

        @Bean
        ResilienceKeyResolver tenants() {
            return (method, arguments) -> "tenant";
        }
    }

    @Configuration
    @EnableWebSecurity
    static class ServletSecurity {

        @Bean
        SecurityFilterChain chain(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        UserDetailsService users() {
            return new InMemoryUserDetailsManager(user("ada"), user("bob"));
        }

        @Bean
        FilterRegistrationBean<Filter> security(@Qualifier("springSecurityFilterChain") Filter chain) {
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(chain);
            registration.setOrder(-100);
            return registration;
        }
    }

    @Configuration
    @EnableWebFluxSecurity
    static class WebFluxSecurity {

        @Bean
        SecurityWebFilterChain chain(ServerHttpSecurity http) {
            return http.authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                    .httpBasic(Customizer.withDefaults())
                    .build();
        }

        @Bean
        MapReactiveUserDetailsService users() {
            return new MapReactiveUserDetailsService(user("ada"), user("bob"));
        }
    }

    @RestController
    @RequestMapping("/plain")
    static class Plain {
        private final AtomicInteger loads;

        Plain(AtomicInteger loads) {
            this.loads = loads;
        }

        @GetMapping("/language")
        @Cached(varyBy = "header:Accept-Language")
        public String language() {
            return "load " + loads.incrementAndGet();
        }

        @GetMapping("/principal")
        @Cached(varyBy = "principal")
        public String principal() {
            return "load " + loads.incrementAndGet();
        }

        @GetMapping("/in-yaml")
        @Cached(base = "in-yaml")
        public String inYaml() {
            return "load " + loads.incrementAndGet();
        }

        @GetMapping("/caller")
        @Cached(varyBy = {"header:Accept-Language", "caller"})
        public String caller() {
            return "load " + loads.incrementAndGet();
        }

        @GetMapping("/bean")
        @Cached(varyBy = {"header:X-Tenant", "@tenants"})
        public String bean() {
            return "load " + loads.incrementAndGet();
        }

        @GetMapping("/missing")
        @Cached
        public ResponseEntity<String> missing() {
            return ResponseEntity.status(404).body("load " + loads.incrementAndGet());
        }

        @GetMapping("/uncached")
        public String uncached() {
            return "load " + loads.incrementAndGet();
        }
    }

    @RestController
    @RequestMapping("/mono")
    static class Reactive {
        private final AtomicInteger loads;

        Reactive(AtomicInteger loads) {
            this.loads = loads;
        }

        @GetMapping("/language")
        @Cached(varyBy = "header:Accept-Language")
        public Mono<String> language() {
            return Mono.fromSupplier(() -> "load " + loads.incrementAndGet());
        }

        @GetMapping("/principal")
        @Cached(varyBy = "principal")
        public Mono<String> principal() {
            return Mono.fromSupplier(() -> "load " + loads.incrementAndGet());
        }

        @GetMapping("/in-yaml")
        @Cached(base = "in-yaml")
        public Mono<String> inYaml() {
            return Mono.fromSupplier(() -> "load " + loads.incrementAndGet());
        }

        @GetMapping("/caller")
        @Cached(varyBy = {"header:Accept-Language", "caller"})
        public Mono<String> caller() {
            return Mono.fromSupplier(() -> "load " + loads.incrementAndGet());
        }

        @GetMapping("/bean")
        @Cached(varyBy = {"header:X-Tenant", "@tenants"})
        public Mono<String> bean() {
            return Mono.fromSupplier(() -> "load " + loads.incrementAndGet());
        }

        @GetMapping("/missing")
        @Cached
        public Mono<ResponseEntity<String>> missing() {
            return Mono.fromSupplier(() -> ResponseEntity.status(404).body("load " + loads.incrementAndGet()));
        }

        @GetMapping("/uncached")
        public Mono<String> uncached() {
            return Mono.fromSupplier(() -> "load " + loads.incrementAndGet());
        }
    }
}
