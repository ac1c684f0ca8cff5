package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.time.ManualTime;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.web.filter.reactive.UrlHandlerFilter;
import org.springframework.web.reactive.config.PathMatchConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/** Applications that read paths generously: their rules do so as well. */
class WalkedAroundTest {

    private static final String YAML = "resilience.http.rules: [{path: /hello, limits: 1/1m, key: ip}]";

    private final ManualTime time = new ManualTime();

    @Test
    void whereHandlersIgnoreTheCaseOfAPathSoDoRules() {
        judge(CaseInsensitive.class, "/HELLO", "/Hello", "/hell%4F");
    }

    @Test
    void whereAFilterDropsASlashAtTheEndSoDoRules() {
        judge(WithoutSlash.class, "/hello/", "/%68ello/", "/hello;a=b/");
    }

    private void judge(Class<?> application, String... spellings) {
        Web.runner(YAML, time, "tenant").withUserConfiguration(application).run(context -> {
            Web web = new Web(context.getBean(HttpHandler.class));
            assertThat(web.send(get(spellings[0])).status()).isEqualTo(200);
            for (String spelling : spellings) {
                assertThat(web.send(get(spelling)).status()).as(spelling).isEqualTo(429);
            }
            assertThat(web.send(get("/hello")).status()).isEqualTo(429);
        });
    }

    private static MockServerHttpRequest.BaseBuilder<?> get(String path) {
        return MockServerHttpRequest.method(HttpMethod.GET, URI.create(path))
                .remoteAddress(new InetSocketAddress("203.0.113.9", 80));
    }

    @Configuration(proxyBeanMethods = false)
    static class CaseInsensitive implements WebFluxConfigurer {

        @Override
        public void configurePathMatching(PathMatchConfigurer paths) {
            paths.setUseCaseSensitiveMatch(false);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithoutSlash {

        @Bean
        UrlHandlerFilter withoutSlash() {
            return UrlHandlerFilter.trailingSlashHandler("/**").mutateRequest().build();
        }
    }
}
