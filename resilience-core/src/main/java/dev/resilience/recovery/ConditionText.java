package dev.resilience.recovery;

import dev.resilience.configuration.NearestName;
import dev.resilience.failure.StatusRange;
import dev.resilience.failure.ThrowableMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One condition as people write it: the name of an exception, a status, {@code rate-limit}, {@code timeout}, {@code @bean} or {@code *}. */
record ConditionText(String text) {

    private static final int FIRST_ERROR = 400;
    private static final String ANY = "*";
    private static final String RATE_LIMIT = "rate-limit";
    private static final String TIMEOUT = "timeout";
    private static final List<String> WORDS = List.of(RATE_LIMIT, TIMEOUT);
    private static final String EXAMPLE =
            "Write for example 'ConnectException', '429', '5xx', 'rate-limit', 'timeout' or '*'";

    /** The condition of this text. @throws Unreadable if it is none */
    static ConditionText read(String text) throws Unreadable {
        ConditionText read = new ConditionText(text.strip());
        if (read.text.isEmpty()) {
            throw new Unreadable("a condition is missing", EXAMPLE);
        }
        if (read.looksLikeAStatus()) {
            read.checkStatus();
        } else if (read.isMiswrittenWord()
                || !read.isAny() && !read.isRateLimit() && !read.isTimeout() && !read.isBean() && !read.isName()) {
            throw read.unknown();
        }
        return read;
    }

    boolean isAny() {
        return text.equals(ANY);
    }

    boolean isRateLimit() {
        return text.equals(RATE_LIMIT);
    }

    boolean isTimeout() {
        return text.equals(TIMEOUT);
    }

    boolean isBean() {
        return text.matches("@[\\p{L}\\p{N}_.$-]+");
    }

    /** Exceptions are called in capitals; what isn't must have its package, or is a mistyped word. */
    boolean isName() {
        boolean capital = !text.isEmpty() && Character.isUpperCase(text.charAt(0));
        return (capital || text.contains(".")) && ThrowableMatcher.isName(text);
    }

    /** A word with a capital is no name of an exception; whoever has one that is called so writes its package as well. */
    private boolean isMiswrittenWord() {
        return WORDS.stream()
                .anyMatch(word ->
                        !text.equals(word) && text.replaceAll("[-_]", "").equalsIgnoreCase(word.replace("-", "")));
    }

    /** The statuses, or null where it is about something else. */
    @Nullable StatusRange statuses() {
        return looksLikeAStatus() ? StatusRange.parse(text) : null;
    }

    private boolean looksLikeAStatus() {
        return !text.isEmpty() && Character.isDigit(text.charAt(0));
    }

    private void checkStatus() throws Unreadable {
        try {
            if (StatusRange.parse(text).least() < FIRST_ERROR) {
                throw new Unreadable(
                        "'" + text + "' includes statuses below 400, which are no failures",
                        "Write for example '429', '500-504' or '5xx'");
            }
        } catch (IllegalArgumentException none) {
            throw new Unreadable("'" + text + "' is no HTTP status", "Write for example '429', '500-504' or '5xx'");
        }
    }

    private Unreadable unknown() {
        String near = NearestName.question(text, WORDS);
        return new Unreadable("'" + text + "' is no condition", near + EXAMPLE);
    }
}
