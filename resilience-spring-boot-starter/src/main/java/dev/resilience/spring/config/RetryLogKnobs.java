package dev.resilience.spring.config;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Rules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of the records of retries. */
public record RetryLogKnobs(
        @Knob(
                value = "Whether each retry is written down as one object of JSON; unset, it is if a file is named.",
                example = "true")
        @Nullable Boolean enabled,

        @Knob(
                value =
                        "The file that lines are appended to; unset, they go to the logger dev.resilience.retry-log at level INFO.",
                example = "logs/retries.jsonl")
        @Nullable String file,

        @Knob(
                value = "The entries of the logging context (MDC) that go with a line; none where unset.",
                example = "traceId, spanId")
        List<String> context) {

    /** The knob that names the file. */
    static final String FILE = "file";

    /** The property that names the file. */
    public static final String FILE_PROPERTY = PropertyName.ROOT + "." + Roots.RETRY_LOG + "." + FILE;

    public RetryLogKnobs {
        context = context == null ? List.of() : List.copyOf(context);
        boolean inVain = !context.isEmpty() && enabled == null && file == null;
        new Rules()
                .otherwise(
                        !inVain,
                        "context",
                        String.join(", ", context),
                        "goes with lines that nobody writes",
                        "Write 'enabled: true' beside it, or name a 'file'")
                .report();
    }

    /** Whether anything is written. */
    public boolean isWanted() {
        return enabled == null ? file != null : enabled;
    }
}
