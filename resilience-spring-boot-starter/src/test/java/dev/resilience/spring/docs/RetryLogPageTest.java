package dev.resilience.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.failure.Failures;
import dev.resilience.spring.config.RetryLogKnobs;
import dev.resilience.spring.retrylog.RetryLog;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** The retry log writes what its page shows. */
class RetryLogPageTest {

    @TempDir
    private Path directory;

    @Test
    void aLineIsWhatThePageShows() throws IOException {
        Path file = directory.resolve("retries.jsonl");
        RetryLogKnobs knobs = new RetryLogKnobs(null, file.toString(), List.of("traceId"));
        try (RetryLog log = new RetryLog(knobs, null, new Failures(List.of()), new ManualTime().time());
                MDC.MDCCloseable call = MDC.putCloseable("traceId", "4bf92f3577b34da6")) {
            log.onEvent(new TriedAgain(
                    "retries",
                    "upstream",
                    "QuoteService.quote",
                    2,
                    3,
                    Duration.ofMillis(137),
                    new SocketTimeoutException("Read timed out")));
        }

        String shown = Document.pattern("retry-log").blocks("json").get(0);
        assertThat(Files.readString(file)).isEqualToIgnoringNewLines(shown.replace("\n", ""));
    }
}
