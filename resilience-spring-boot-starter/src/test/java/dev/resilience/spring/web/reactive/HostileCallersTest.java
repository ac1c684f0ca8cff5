package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.resilience.spring.HostileValues;
import dev.resilience.spring.autoconfigure.ResilienceMetricsAutoConfiguration;
import dev.resilience.spring.metrics.ResilienceMeters;
import dev.resilience.spring.web.Leaks;
import dev.resilience.spring.web.reactive.Web.Answer;
import dev.resilience.time.ManualTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

/** Whatever callers are called, it is a value: counted for itself, evaluated by nobody, told to nobody. */
@ExtendWith(OutputCaptureExtension.class)
class HostileCallersTest {

    private final ManualTime time = new ManualTime();

    /** Where the value comes in. */
    enum Entry {
        HEADER("header:X-API-Key", (request, value) -> request.header("X-API-Key", value)),
        PRINCIPAL("principal", (request, value) -> request.header("X-User", value)),
        RESOLVER("'@echo'", (request, value) -> request.header("X-Echo", value));

        private final String key;
        private final BiFunction<MockServerHttpRequest.BaseBuilder<?>, String, MockServerHttpRequest.BaseBuilder<?>>
                carry;

        Entry(
                String key,
                BiFunction<MockServerHttpRequest.BaseBuilder<?>, String, MockServerHttpRequest.BaseBuilder<?>> carry) {
            this.key = key;
            this.carry = carry;
        }

        MockServerHttpRequest.BaseBuilder<?> request(String value) {
            return carry.apply(MockServerHttpRequest.get("/hello"), value);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyValueIsAKeyOfItsOwnAndNothingElse(Entry entry, CapturedOutput output) {
        in(entry, (web, meters) -> {
            for (String value : HostileValues.all()) {
                Answer allowed = web.send(entry.request(value));
                Answer refused = web.send(entry.request(value));

                assertThat(allowed.status()).as(value).isEqualTo(200);
                assertThat(refused.status()).as(value).isEqualTo(429);
                assertTellsNothing(allowed);
                assertTellsNothing(refused);
            }
            time.advance(Duration.ofMinutes(2));
            assertThat(meters.getMetersAsString()).contains("resilience").doesNotContain(HostileValues.marks());
        });
        assertThat(HostileValues.touched).isZero();
        assertThat(output.getAll())
                .contains("refused")
                .doesNotContain(HostileValues.BAIT)
                .doesNotContain(HostileValues.marks());
    }

    @Test
    void whatOnlyLooksLikeAnOverriddenKeyOrATierHasNoneOfIt() {
        String yaml = """
                resilience.http.rules:
                  - {path: /hello, limits: 1/1m, key: principal, tier: role,
                     tiers: {admin: 50/1m}, overrides: {admin: 50/1m}}
                """;
        Web.with(yaml, time, "tenant", (context, web) -> {
            for (String alike :
                    List.of("Admin", "\uFF41dmin", "\u0430dmin", "adm\u0131n", "admin\u200B", "admin\u0000")) {
                MockServerHttpRequest.BaseBuilder<?> request =
                        MockServerHttpRequest.get("/hello").header("X-User", alike);
                if (!alike.equals("Admin")) {
                    request.header("X-Roles", "ROLE_" + alike);
                }
                assertThat(web.send(request).status()).isEqualTo(200);
                assertThat(web.send(request).status()).as(alike).isEqualTo(429);
            }
        });
    }

    private static void assertTellsNothing(Answer answer) {
        Map<String, List<String>> headers = new HashMap<>();
        answer.headers().forEach(headers::put);
        Leaks.assertNone(answer.body(), headers);
    }

    private void in(Entry entry, java.util.function.BiConsumer<Web, SimpleMeterRegistry> story) {
        String yaml = """
                bait: %s
                resilience.http:
                  headers: both
                  rules: [{name: rule, path: /hello, limits: 1/1h, key: %s}]
                """.formatted(HostileValues.BAIT, entry.key);
        Logger logger = (Logger) LoggerFactory.getLogger("dev.resilience");
        Level before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        try {
            Web.runner(yaml, time, "tenant")
                    .withConfiguration(AutoConfigurations.of(ResilienceMetricsAutoConfiguration.class))
                    .run(context -> {
                        SimpleMeterRegistry meters = new SimpleMeterRegistry();
                        context.getBean(ResilienceMeters.class).bindTo(meters);
                        story.accept(new Web(context.getBean(HttpHandler.class)), meters);
                    });
        } finally {
            logger.setLevel(before);
        }
    }
}
