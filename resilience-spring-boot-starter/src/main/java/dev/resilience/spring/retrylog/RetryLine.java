package dev.resilience.spring.retrylog;

import dev.resilience.event.ResilienceEvent.Hedged;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.json.JsonWriter;

/**
 * One line of the retry log.
 *
 * @param time when it was decided
 * @param attempt which try of the call begins
 * @param of how many there are at most; 0 where nobody says
 * @param delay the wait before it, or how long the one beside it has taken
 * @param type why there is another one, in one word: the sort of the failure, or what there is instead of one
 * @param failure what the try before failed with, or null
 * @param context what the thread knows of the call
 */
record RetryLine(
        Instant time,
        String kind,
        String policy,
        String operation,
        int attempt,
        int of,
        Duration delay,
        String type,
        @Nullable Throwable failure,
        Map<String, String> context) {

    private static final JsonWriter<RetryLine> WRITER = JsonWriter.of(line -> {
        line.add("time", RetryLine::time).as(Instant::toString);
        line.add("kind", RetryLine::kind);
        line.add("policy", RetryLine::policy);
        line.add("operation", RetryLine::operation);
        line.add("attempt", RetryLine::attempt);
        line.add("of", RetryLine::of).when(of -> of > 0);
        line.add("delayMillis", one -> one.delay.toMillis());
        line.add("error", RetryLine::error).whenNotNull();
        line.add("type", RetryLine::type);
        line.add("message", RetryLine::message).whenNotNull();
        line.add("context", RetryLine::context).whenNotEmpty();
    });

    /** The line about a call that goes in again. */
    static RetryLine of(TriedAgain retry, Instant time, String type, Map<String, String> context) {
        return new RetryLine(
                time,
                retry.kind(),
                retry.name(),
                retry.operation(),
                retry.attempt(),
                retry.of(),
                retry.pause(),
                type,
                retry.failure(),
                context);
    }

    /** The line about a call that goes in a second time beside the first. */
    static RetryLine of(Hedged hedge, Instant time, String type, Map<String, String> context) {
        return new RetryLine(
                time,
                hedge.kind(),
                hedge.name(),
                hedge.operation(),
                hedge.attempt(),
                hedge.of(),
                hedge.after(),
                type,
                null,
                context);
    }

    /** The line, without its end. */
    String json() {
        return WRITER.writeToString(this);
    }

    private @Nullable String error() {
        return failure == null ? null : failure.getClass().getName();
    }

    private @Nullable String message() {
        return failure == null ? null : Excerpt.ofMessage(failure);
    }
}
