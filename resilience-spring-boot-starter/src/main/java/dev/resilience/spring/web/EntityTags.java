package dev.resilience.spring.web;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.springframework.http.ETag;

/**
 * Makes and compares entity tags (RFC 9110, 8.8.3).
 *
 * <p>A tag of bytes is the same in every process. It is strong, which says that the bytes are exactly these, so where the
 * server encodes them on their way out it is marked weak: the server doesn't compress a response with a strong tag, or, worse,
 * does. A tag of a result is that of one process, whose numbers mean nothing in another. Thread-safe.
 */
public final class EntityTags {

    private static final int BYTES = 16;

    private final String process = text(bytes(UUID.randomUUID().toString().getBytes()), 6);
    private final boolean encoded;

    /** @param encoded whether the server may send other bytes than it is given, as when it compresses them */
    public EntityTags(boolean encoded) {
        this.encoded = encoded;
    }

    /** The tag of a response with these bytes: 128 bits of their SHA-256. */
    String ofBytes(byte[] body) {
        String quoted = '"' + text(bytes(body), BYTES) + '"';
        return encoded ? "W/" + quoted : quoted;
    }

    /** The tag of whatever is made of the result with this number. */
    String ofResult(long number) {
        return "W/\"" + process + "-" + Long.toString(number, Character.MAX_RADIX) + '"';
    }

    /** Whether the client has what the tag stands for; tags are compared weakly, as RFC 9110, 13.1.2 wants it. */
    boolean match(List<String> ifNoneMatch, String tag) {
        if (ifNoneMatch.isEmpty()) {
            return false;
        }
        ETag present = ETag.create(tag);
        return ETag.parse(String.join(", ", ifNoneMatch)).stream()
                .anyMatch(known -> known.isWildcard() || known.compare(present, false));
    }

    private static byte[] bytes(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(byte[] digest, int length) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, length));
    }
}
