package dev.resilience.spring.retrylog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Expired;
import dev.resilience.event.ResilienceEvent.Hedged;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.failure.Failures;
import dev.resilience.spring.config.RetryLogKnobs;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import tools.jackson.databind.json.JsonMapper;

class RetryLogTest {

    private final ManualTime time = new ManualTime();

    @TempDir
    private Path directory;

    @AfterEach
    void nobodyIsCalling() {
        MDC.clear();
    }

    @Test
    void aLineTellsWhatIsTriedAgainAfterWhat() throws IOException {
        time.advance(Duration.ofSeconds(90));

        assertThat(line(new TimeoutException("too late")))
                .containsExactly(
                        entry("time", "2026-01-01T00:01:30Z"),
                        entry("kind", "retries"),
                        entry("policy", "upstream"),
                        entry("operation", "Quotes.quote"),
                        entry("attempt", 2),
                        entry("of", 3),
                        entry("delayMillis", 200),
                        entry("error", "java.util.concurrent.TimeoutException"),
                        entry("type", "timeout"),
                        entry("message", "too late"));
    }

    @Test
    void aResultThatIsTriedAgainHasNoError() throws IOException {
        assertThat(line(null)).containsEntry("type", "result").doesNotContainKeys("error", "message");
    }

    @Test
    void aHedgeTellsHowLongTheAttemptBesideItHasTaken() throws IOException {
        assertThat(lineOf(new Hedged("retries", "upstream", "Quotes.quote", 2, 3, Duration.ofMillis(200))))
                .containsEntry("type", "hedge")
                .containsEntry("attempt", 2)
                .containsEntry("of", 3)
                .containsEntry("delayMillis", 200)
                .doesNotContainKeys("error", "message");
    }

    @Test
    void howManyAttemptsThereAreIsLeftOutWhereNobodyKnows() throws IOException {
        assertThat(lineOf(new TriedAgain("recoveries", "r", "Quotes.quote", 2, 0, Duration.ZERO, null)))
                .doesNotContainKey("of")
                .containsEntry("delayMillis", 0);
    }

    @Test
    void onlyNamedEntriesOfTheContextAreShown() throws IOException {
        MDC.put("traceId", "4bf9");
        MDC.put("password", "secret");

        assertThat(line(null, "traceId", "spanId")).containsEntry("context", Map.of("traceId", "4bf9"));
        assertThat(line(null)).doesNotContainKey("context");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"},{\"forged\":true",
                "\r\n{\"forged\":true}\n",
                "\u0000\u0001\u001f\u007f\u0085\u009f",
                "\\u0022\\",
                "</script><!-- ${jndi:ldap://x} %n {}",
                "käse 😀 \u202e"
            })
    void whateverAFailureSaysIsOneMemberOfOneLine(String message) throws IOException {
        Map<String, Object> line = line(new IllegalStateException(message));

        assertThat(line).containsEntry("message", message).doesNotContainKey("forged");
    }

    @Test
    void halfACharacterAndLinesOfOtherLanguagesStayOneLine() throws IOException {
        MDC.put("user", "a\u2029\uDC00");

        assertThat(line(new IllegalStateException("\uD800\u2028"), "user"))
                .containsEntry("message", "\uFFFD\n")
                .containsEntry("context", Map.of("user", "a\n\uFFFD"));
    }

    @Test
    void aFailureThatCantBeLookedAtIsToldByItsClass() throws IOException {
        assertThat(line(new Hostile()))
                .containsEntry("error", Hostile.class.getName())
                .containsEntry("type", "other")
                .doesNotContainKey("message");
    }

    @Test
    void nothingElseIsWritten() throws IOException {
        RetryLog log = log();

        log.onEvent(new Expired("timeouts", "slow", "Quotes.quote", Duration.ofSeconds(1)));

        assertThat(file()).isEmptyFile();
    }

    @Test
    void switchedOffItTouchesNoFile() {
        RetryLog log = new RetryLog(
                new RetryLogKnobs(false, file().toString(), List.of()), null, new Failures(List.of()), time.time());

        log.onEvent(again(null));
        log.close();

        assertThat(file()).doesNotExist();
    }

    private Map<String, Object> line(@Nullable Throwable failure, String... context) throws IOException {
        return lineOf(again(failure), context);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> lineOf(ResilienceEvent retry, String... context) throws IOException {
        Files.deleteIfExists(file());
        log(context).onEvent(retry);
        List<String> lines = Files.readString(file()).lines().toList();
        assertThat(lines).hasSize(1);
        return JsonMapper.shared().readValue(lines.get(0), Map.class);
    }

    private RetryLog log(String... context) {
        RetryLogKnobs knobs = new RetryLogKnobs(null, file().toString(), List.of(context));
        return new RetryLog(knobs, null, new Failures(List.of()), time.time());
    }

    private Path file() {
        return directory.resolve("retries.jsonl");
    }

    private static TriedAgain again(@Nullable Throwable failure) {
        return new TriedAgain("retries", "upstream", "Quotes.quote", 2, 3, Duration.ofMillis(200), failure);
    }

    private static final class Hostile extends RuntimeException {

        @Override
        public String getMessage() {
            throw new IllegalStateException("no");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no");
        }
    }
}
