package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.event.ResilienceListener;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.json.JsonMapper;

/** Who hears of retries, and where they are written down, in an application. */
@ExtendWith(OutputCaptureExtension.class)
class RetriesOnRecordTest {

    private final ManualTime time = new ManualTime();
    private final List<TriedAgain> heard = new ArrayList<>();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void everyRetryIsALineOfTheFile(Shape shape) {
        application("resilience.retry-log.file=" + file(), "resilience.retry-log.context=traceId")
                .run(context -> {
                    try (MDC.MDCCloseable call = MDC.putCloseable("traceId", "4bf9")) {
                        shape.call(context.getBean(Upstream.class), "key", failingTwice());
                    }

                    assertThat(lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                            .containsEntry("operation", operation(shape))
                            .containsEntry("type", "connection")
                            .containsEntry("message", "attempt failed")
                            .containsEntry("delayMillis", 0)
                            .containsEntry("of", 3)
                            .containsEntry("context", Map.of("traceId", "4bf9")));
                    assertThat(lines()).extracting(line -> line.get("attempt")).containsExactly(2, 3);
                });
    }

    @Test
    void withoutAFileItIsALineOfTheLog(CapturedOutput output) {
        application("resilience.retry-log.enabled=true").run(context -> {
            Shape.PLAIN.call(context.getBean(Upstream.class), "key", failingTwice());

            assertThat(output).contains("INFO").contains("{\"time\":\"2026-01-01T00:00:00Z\",\"kind\":\"retries\"");
        });
    }

    @Test
    void byDefaultNothingIsWritten(CapturedOutput output) {
        application().run(context -> {
            Shape.PLAIN.call(context.getBean(Upstream.class), "key", failingTwice());

            assertThat(output).doesNotContain("\"kind\":\"retries\"");
        });
    }

    @Test
    void whatWaitsForAWorkerIsWrittenWhenTheApplicationEnds() {
        Executor busy = work -> {};
        time.executor(busy);
        application("resilience.retry-log.file=" + file()).run(context -> {
            Shape.PLAIN.call(context.getBean(Upstream.class), "key", failingTwice());
            assertThat(lines()).isEmpty();
        });

        assertThat(lines()).hasSize(2);
    }

    @Test
    void aFileThatCantBeWrittenFailsTheStartHoweverLazyItIs() {
        application("resilience.retry-log.file=" + directory, "spring.main.lazy-initialization=true")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(ResilienceConfigurationException.class)
                        .hasMessageContaining(
                                "resilience.retry-log.file = '" + directory + "' (test): can't be written"));
    }

    @ParameterizedTest
    @EnumSource
    void aListenerHearsOncePerRetryAndMayThrow(Shape shape) {
        application()
                .withBean("hearing", ResilienceListener.class, () -> this::hear)
                .run(context -> {
                    String given = shape.call(context.getBean(Upstream.class), "key", failingTwice());

                    assertThat(given).isEqualTo("third time");
                    assertThat(heard).extracting(TriedAgain::attempt).containsExactly(2, 3);
                    assertThat(heard).allSatisfy(retry -> {
                        assertThat(retry.operation()).isEqualTo(operation(shape));
                        assertThat(retry.of()).isEqualTo(3);
                        assertThat(retry.pause()).isZero();
                        assertThat(retry.failure()).hasMessage("attempt failed");
                    });
                });
    }

    private void hear(ResilienceEvent event) {
        if (event instanceof TriedAgain retry) {
            heard.add(retry);
            throw new IllegalStateException("a listener of the application failed");
        }
    }

    private ApplicationContextRunner application(String... properties) {
        return Starters.with(Upstream.class).withBean(Time.class, time::time).withPropertyValues(properties);
    }

    private static Supplier<String> failingTwice() {
        List<String> attempts = new ArrayList<>();
        return () -> {
            attempts.add("attempt");
            if (attempts.size() < 3) {
                throw new UncheckedIOException("attempt failed", new IOException("reset"));
            }
            return "third time";
        };
    }

    private List<Map<String, Object>> lines() {
        return read().lines().map(RetriesOnRecordTest::object).toList();
    }

    private String read() {
        try {
            return Files.readString(file());
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String line) {
        return JsonMapper.shared().readValue(line, Map.class);
    }

    private Path file() {
        return directory.resolve("retries.jsonl");
    }

    private static String operation(Shape shape) {
        return "Upstream." + shape.name().toLowerCase(Locale.ROOT);
    }

    @Retryable(name = "upstream", maxAttempts = "3", delay = "0s")
    static class Upstream extends Shaped.Obedient {}
}
