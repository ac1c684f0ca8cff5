package dev.resilience.spring.caller;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a header that is a list, from the last one to the first, over all its lines. Empty elements are passed
 * over (RFC 9110, 5.6.1).
 *
 * <p>It reads from the right because only what stands there was written by a proxy we know. Whatever a caller has put
 * before it, quotes that never end included, isn't looked at. It gives up at an element that is longer than any proxy
 * writes, and after as many elements as no chain of proxies has, so its work is bounded. Not thread-safe.
 */
final class ListFromRight {

    private static final int LONGEST_ELEMENT = 512;
    private static final int MOST_ELEMENTS = 64;

    private final List<String> lines;
    private final boolean quotes;
    private int line;
    private int end;
    private int seen;

    /** @param quotes whether elements may contain quoted strings, in which a comma separates nothing */
    ListFromRight(List<String> lines, boolean quotes) {
        this.lines = lines;
        this.quotes = quotes;
        this.line = lines.size();
        lineBefore();
    }

    /** The next element to the left; null where there is none, or none that could be meant. */
    @Nullable String next() {
        while (line >= 0 && seen < MOST_ELEMENTS) {
            seen++;
            String element = element(lines.get(line));
            if (element == null || !element.isEmpty()) {
                return element;
            }
        }
        return null;
    }

    private @Nullable String element(String text) {
        int least = Math.max(0, end - LONGEST_ELEMENT);
        boolean quoted = false;
        for (int at = end - 1; at >= least; at--) {
            char character = text.charAt(at);
            if (quotes && character == '"' && !isEscaped(text, at, least)) {
                quoted = !quoted;
            } else if (character == ',' && !quoted) {
                String element = text.substring(at + 1, end);
                end = at;
                return element.strip();
            }
        }
        if (least > 0 || quoted) {
            return null;
        }
        String element = text.substring(0, end);
        lineBefore();
        return element.strip();
    }

    private static boolean isEscaped(String text, int at, int least) {
        int before = at;
        while (before > least && text.charAt(before - 1) == '\\') {
            before--;
        }
        return (at - before) % 2 == 1;
    }

    private void lineBefore() {
        line--;
        end = line < 0 ? 0 : lines.get(line).length();
    }
}
