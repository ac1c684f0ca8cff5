package dev.resilience.spring.retrylog;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Hedged;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.failure.FailureType;
import dev.resilience.failure.Failures;
import dev.resilience.spring.config.RetryLogKnobs;
import dev.resilience.time.Time;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Writes one line for each retry, whichever kind of policy it is of, if the application wants that. Thread-safe. */
public final class RetryLog implements AutoCloseable {

    private static final String RESULT = "result";
    private static final String HEDGE = "hedge";

    private final Destination destination;
    private final List<String> contextNames;
    private final Failures failures;
    private final Time time;

    /**
     * A log as it is configured.
     *
     * @param fileOrigin where the file is named, for whoever has to correct it; null where nobody knows
     * @param failures tells one failure from another
     * @throws dev.resilience.ResilienceConfigurationException if the file it is to be written to isn't writable
     */
    public RetryLog(RetryLogKnobs knobs, @Nullable String fileOrigin, Failures failures, Time time) {
        this.destination = destination(knobs, fileOrigin, time);
        this.contextNames = knobs.context();
        this.failures = failures;
        this.time = time;
    }

    private static Destination destination(RetryLogKnobs knobs, @Nullable String fileOrigin, Time time) {
        if (!knobs.isWanted()) {
            return Nowhere.INSTANCE;
        }
        return knobs.file() == null
                ? new ToLogger()
                : ToFile.open(
                        RetryLogKnobs.FILE_PROPERTY,
                        knobs.file(),
                        fileOrigin,
                        time.scheduler().executor());
    }

    /** Something happened, perhaps a retry or a hedge. */
    public void onEvent(ResilienceEvent event) {
        if (!destination.isOpen()) {
            return;
        }
        if (event instanceof TriedAgain retry) {
            write(retry, type(retry.failure()));
        } else if (event instanceof Hedged hedge) {
            write(asRetry(hedge), HEDGE);
        }
    }

    private void write(TriedAgain retry, String type) {
        destination.accept(new RetryLine(time.wall().instant(), retry, type, context()).json());
    }

    /** A hedge is a try again that didn't wait for a failure. */
    private static TriedAgain asRetry(Hedged hedge) {
        return new TriedAgain(
                hedge.kind(), hedge.name(), hedge.operation(), hedge.attempt(), hedge.of(), hedge.after(), null);
    }

    /** Writes what is left. */
    @Override
    public void close() {
        destination.close();
    }

    /** A failure that can't even be looked at is a failure all the same. */
    private String type(@Nullable Throwable failure) {
        if (failure == null) {
            return RESULT;
        }
        try {
            return FailureType.of(failure, failures).word();
        } catch (Exception | LinkageError | StackOverflowError unreadable) {
            return FailureType.OTHER.word();
        }
    }

    private Map<String, String> context() {
        Map<String, String> known = new LinkedHashMap<>();
        for (String name : contextNames) {
            String value = MDC.get(name);
            if (value != null) {
                known.put(name, Excerpt.of(value));
            }
        }
        return known;
    }
}
