package dev.resilience.failure;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Recognises answers that say in words that the caller asked too often.
 *
 * <p>Not every service sends 429 for it: some say 400 with a throttling code, some 403 with a text. Elsewhere the words
 * may be anything, such as the path in "404 for /rate-limits/5", so with other statuses of the client they aren't
 * believed.
 */
final class RateLimitWords {

    /** Bodies of answers get into messages; whoever means it says it early. */
    private static final int FURTHEST = 4_096;

    private static final List<String> WORDS = List.of(
            "rate limit",
            "ratelimit",
            "rate exceeded",
            "too many requests",
            "toomanyrequests",
            "quota exceeded",
            "throttl");

    private RateLimitWords() {}

    /** Whether the name of the throwable or its message says so. */
    static boolean in(Throwable throwable) {
        return says(throwable.getClass().getSimpleName()) || says(Causes.message(throwable));
    }

    /** Whether such words next to this status mean what they say. */
    static boolean believedAt(@Nullable Integer status) {
        return status == null || status == 400 || status == 403 || status >= 500;
    }

    private static boolean says(@Nullable String text) {
        if (text == null) {
            return false;
        }
        String start = text.substring(0, Math.min(text.length(), FURTHEST));
        String plain = start.toLowerCase(Locale.ROOT).replace('-', ' ').replace('_', ' ');
        return WORDS.stream().anyMatch(plain::contains);
    }
}
