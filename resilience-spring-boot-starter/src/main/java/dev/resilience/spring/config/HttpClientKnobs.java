package dev.resilience.spring.config;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Rules;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What clients of HTTP do with the deadline of the guarded call they are used in. */
public record HttpClientKnobs(
        @Knob(
                value =
                        "Whether requests end with the guarded call they are made in, and aren't begun when its time is over.",
                byDefault = "true")
        Boolean deadlines,

        @Knob(
                value =
                        "The header that tells the server how many milliseconds are left, rounded down; unset, none is sent.",
                example = "X-Deadline-Millis")
        @Nullable String deadlineHeader) {

    /** RFC 9110, 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What says how the message is framed or where it goes: clients set it themselves, and another value breaks it. */
    private static final Set<String> OF_THE_MESSAGE = Set.of(
            "connection",
            "content-length",
            "content-type",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    public HttpClientKnobs {
        boolean token = deadlineHeader == null || TOKEN.matcher(deadlineHeader).matches();
        boolean free = deadlineHeader == null || !OF_THE_MESSAGE.contains(deadlineHeader.toLowerCase(Locale.ROOT));
        new Rules()
                .that(token, "deadline-header", deadlineHeader, "is no name of a header", "X-Deadline-Millis")
                .that(free, "deadline-header", deadlineHeader, "belongs to the message itself", "X-Deadline-Millis")
                .report();
    }
}
