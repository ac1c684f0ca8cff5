package dev.resilience.spring.retrylog;

import dev.resilience.event.ResilienceEvent.TriedAgain;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;

/**
 * One line of the retry log.
 *
 * @param time when the attempt before had failed, or was too slow
 * @param retry what was heard
 * @param type what sort of failure it was, in one word; {@code result} where a result was not good enough, {@code hedge}
 *     where the attempt before hadn't ended yet
 * @param context what the thread knew of the call
 */
record RetryLine(Instant time, TriedAgain retry, String type, Map<String, String> context) {

    private static final JsonWriter<RetryLine> WRITER = JsonWriter.of(line -> {
        line.add("time", RetryLine::time).as(Instant::toString);
        line.add("kind", one -> one.retry.kind());
        line.add("policy", one -> one.retry.name());
        line.add("operation", one -> one.retry.operation());
        line.add("attempt", one -> one.retry.attempt());
        line.add("of", one -> one.retry.of()).when(of -> of > 0);
        line.add("delayMillis", one -> one.retry.pause().toMillis());
        line.add("error", RetryLine::error).whenNotNull();
        line.add("type", RetryLine::type);
        line.add("message", RetryLine::message).whenNotNull();
        line.add("context", RetryLine::context).whenNotEmpty();
    });

    /** The line, without its end. */
    String json() {
        return WRITER.writeToString(this);
    }

    private @Nullable String error() {
        return retry.failure() == null ? null : retry.failure().getClass().getName();
    }

    private @Nullable String message() {
        return retry.failure() == null ? null : Excerpt.ofMessage(retry.failure());
    }
}
