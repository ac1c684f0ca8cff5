package dev.resilience.spring.retrylog;

import dev.resilience.failure.Causes;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a text that anybody may have written, fit for a line. What breaks lines elsewhere than in JSON becomes a
 * line break, which JSON escapes; half a surrogate pair, which no encoding knows, becomes the sign for that.
 */
final class Excerpt {

    /** In characters, as Java counts them. */
    static final int LONGEST = 500;

    private static final char UNREADABLE = '\uFFFD';
    private static final char LINE_SEPARATOR = '\u2028';
    private static final char PARAGRAPH_SEPARATOR = '\u2029';

    private Excerpt() {}

    /** What the failure says; null where it says nothing. */
    static @Nullable String ofMessage(Throwable failure) {
        String message = Causes.message(failure);
        return message == null ? null : of(message);
    }

    /** The beginning of a text. */
    static String of(String text) {
        StringBuilder excerpt = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int at = 0; at < text.length() && excerpt.length() < LONGEST; at++) {
            char next = text.charAt(at);
            if (Character.isHighSurrogate(next) && hasOtherHalf(text, at)) {
                if (excerpt.length() + 2 > LONGEST) {
                    break;
                }
                excerpt.append(next).append(text.charAt(++at));
            } else {
                excerpt.append(legible(next));
            }
        }
        return excerpt.toString();
    }

    private static boolean hasOtherHalf(String text, int at) {
        return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private static char legible(char one) {
        if (Character.isSurrogate(one)) {
            return UNREADABLE;
        }
        return one == LINE_SEPARATOR || one == PARAGRAPH_SEPARATOR ? '\n' : one;
    }
}
