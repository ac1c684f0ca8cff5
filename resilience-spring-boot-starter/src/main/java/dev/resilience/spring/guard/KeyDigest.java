package dev.resilience.spring.guard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A key that stands for a secret, such as an API key in a header: 128 bits of its SHA-256. The secret itself is kept
 * nowhere; who knows it finds its key again through {@link #of}.
 */
public record KeyDigest(long high, long low) {

    /** The key of this secret. */
    public static KeyDigest of(String secret) {
        ByteBuffer digest = ByteBuffer.wrap(sha256().digest(secret.getBytes(StandardCharsets.UTF_8)));
        return new KeyDigest(digest.getLong(), digest.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Sixteen hexadecimal digits: enough to tell keys apart by eye, and to find one in a log. */
    @Override
    public String toString() {
        return "sha256:%016x".formatted(high);
    }
}
