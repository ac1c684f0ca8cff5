package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.BareClassLoader;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceRestClientAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceWebClientAutoConfiguration;
import dev.resilience.spring.config.HttpClientKnobs;
import dev.resilience.spring.guard.Findings;
import dev.resilience.time.ManualTime;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;

/** Nothing is missed where a client, or what builds it, isn't there. */
class MissingClientsTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    ResilienceAutoConfiguration.class,
                    ResilienceRestClientAutoConfiguration.class,
                    ResilienceWebClientAutoConfiguration.class));

    @Test
    void withoutSpringsClientsThereIsNothingToBind() {
        without("org.springframework.web", "org.springframework.http", "reactor", "org.reactivestreams")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RestClientDeadlines.class)
                        .doesNotHaveBean(WebClientDeadlines.class));
    }

    @Test
    void withoutReactiveClientsBlockingOnesAreBound() {
        without("org.springframework.web.reactive", "org.springframework.boot.webclient", "reactor")
                .run(context -> assertThat(context)
                        .hasSingleBean(RestClientDeadlines.class)
                        .doesNotHaveBean(WebClientDeadlines.class));
    }

    @Test
    void withoutBootsBuildersThereAreOnlyTheBeansForThoseWhoBuildByHand() {
        without(
                        "org.springframework.boot.restclient",
                        "org.springframework.boot.http",
                        "org.springframework.boot.webclient")
                .run(context -> assertThat(context)
                        .hasSingleBean(RestClientDeadlines.class)
                        .hasSingleBean(WebClientDeadlines.class)
                        .doesNotHaveBean(DeadlinesInBuilders.class)
                        .doesNotHaveBean(RestClientCustomizer.class)
                        .doesNotHaveBean(WebClientCustomizer.class));
    }

    @Test
    void withoutOtherLibrariesTheClientOfTheJdkIsBound() throws Exception {
        assertThat(BareClassLoader.run(OfTheJdk.class, "org.apache.hc.", "reactor.", "org.reactivestreams."))
                .isEqualTo(List.of("DeadlineRequestFactory", "DeadlineRequestFactory"));
    }

    /** Binds factories by hand. */
    public static final class OfTheJdk implements Supplier<Object> {

        @Override
        public Object get() {
            RestClientDeadlines deadlines =
                    new RestClientDeadlines(new HttpClientKnobs(true, null), new ManualTime(), new Findings());
            return List.of(
                    deadlines
                            .bound(new JdkClientHttpRequestFactory())
                            .getClass()
                            .getSimpleName(),
                    deadlines
                            .bound(new SimpleClientHttpRequestFactory())
                            .getClass()
                            .getSimpleName());
        }
    }

    private ApplicationContextRunner without(String... packages) {
        return runner.withClassLoader(new FilteredClassLoader(packages));
    }
}
