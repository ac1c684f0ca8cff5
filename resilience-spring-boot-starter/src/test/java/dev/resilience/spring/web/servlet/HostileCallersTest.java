package dev.resilience.spring.web.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.resilience.spring.HostileValues;
import dev.resilience.spring.ResilienceKeyResolver;
import dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceServletAutoConfiguration;
import dev.resilience.spring.autoconfigure.ResilienceWebAutoConfiguration;
import dev.resilience.spring.config.Yaml;
import dev.resilience.spring.web.Leaks;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

/** Whatever callers are called, it is a value in servlets too. No client would send most of these, so no server is asked. */
@ExtendWith(OutputCaptureExtension.class)
class HostileCallersTest {

    private final ManualTime time = new ManualTime();

    /** Where the value comes in. */
    enum Entry {
        HEADER("header:X-API-Key", (request, value) -> request.header("X-API-Key", value)),
        PRINCIPAL("principal", (request, value) -> request.principal(() -> value)),
        RESOLVER("'@echo'", (request, value) -> request.header("X-Echo", value));

        private final String key;
        private final BiFunction<MockHttpServletRequestBuilder, String, MockHttpServletRequestBuilder> carry;

        Entry(String key, BiFunction<MockHttpServletRequestBuilder, String, MockHttpServletRequestBuilder> carry) {
            this.key = key;
            this.carry = carry;
        }

        MockHttpServletRequestBuilder request(String value) {
            return carry.apply(get("/hello"), value);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyValueIsAKeyOfItsOwnAndNothingElse(Entry entry, CapturedOutput output) {
        in(entry, context -> {
            MockMvc web = web(context);
            for (String value : HostileValues.all()) {
                assertThat(status(web, entry.request(value))).as(value).isEqualTo(200);
                assertThat(status(web, entry.request(value))).as(value).isEqualTo(429);
            }
            time.advance(Duration.ofMinutes(2));
        });
        assertThat(HostileValues.touched).isZero();
        assertThat(output.getAll())
                .contains("refused")
                .doesNotContain(HostileValues.BAIT)
                .doesNotContain(HostileValues.marks());
    }

    private static int status(MockMvc web, MockHttpServletRequestBuilder request) throws Exception {
        MockHttpServletResponse response = web.perform(request).andReturn().getResponse();
        Map<String, List<String>> headers = new HashMap<>();
        response.getHeaderNames().forEach(name -> headers.put(name, response.getHeaders(name)));
        Leaks.assertNone(response.getContentAsString(), headers);
        return response.getStatus();
    }

    private void in(Entry entry, ContextConsumer<AssertableWebApplicationContext> story) {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.resilience");
        Level before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        try {
            runner(entry).run(story);
        } finally {
            logger.setLevel(before);
        }
    }

    private WebApplicationContextRunner runner(Entry entry) {
        String yaml = """
                bait: %s
                resilience.http:
                  headers: both
                  rules: [{name: rule, path: /hello, limits: 1/1h, key: %s}]
                """.formatted(HostileValues.BAIT, entry.key);
        return new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        AopAutoConfiguration.class,
                        JacksonAutoConfiguration.class,
                        HttpMessageConvertersAutoConfiguration.class,
                        DispatcherServletAutoConfiguration.class,
                        WebMvcAutoConfiguration.class,
                        ResilienceAutoConfiguration.class,
                        ResilienceWebAutoConfiguration.class,
                        ResilienceServletAutoConfiguration.class))
                .withBean(Controller.class)
                .withBean(Time.class, time::time)
                .withBean(
                        "echo",
                        ResilienceKeyResolver.class,
                        () -> (method, arguments) -> ((HttpServletRequest) arguments[0]).getHeader("X-Echo"))
                .withInitializer(context -> Yaml.environment(yaml)
                        .getPropertySources()
                        .forEach(context.getEnvironment().getPropertySources()::addFirst));
    }

    private static MockMvc web(WebApplicationContext context) {
        Filter[] filters = context.getBeanProvider(FilterRegistrationBean.class)
                .orderedStream()
                .map(FilterRegistrationBean::getFilter)
                .toArray(Filter[]::new);
        return MockMvcBuilders.webAppContextSetup(context).addFilters(filters).build();
    }

    @RestController
    static class Controller {

        @GetMapping("/hello")
        String hello() {
            return "hello";
        }
    }
}
