package dev.resilience.spring.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Values of structured fields (RFC 9651). Whatever a policy is called, its name stays inside of its quotes: a line break
 * ends no header, a quotation mark no string.
 */
final class StructuredField {

    /** The largest integer a structured field can hold. */
    private static final long MOST = 999_999_999_999_999L;

    private StructuredField() {}

    /** A string. What can't be in one is percent-encoded, as UTF-8. */
    static String string(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet < ' ' || octet == 0x7f) {
                quoted.append('%').append(hex(octet >> 4)).append(hex(octet));
            } else {
                quoted.append(octet == '"' || octet == '\\' ? "\\" : "").append((char) octet);
            }
        }
        return quoted.append('"').toString();
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit & 0xf, 16));
    }

    /** An integer; what is too large is as large as can be. */
    static long integer(long number) {
        return Math.min(number, MOST);
    }

    /** Whole seconds, rounded up: whoever waits that long is not too early. */
    static long seconds(Duration duration) {
        return integer(duration.getNano() == 0 ? duration.getSeconds() : duration.getSeconds() + 1);
    }
}
