package dev.resilience.spring.guard;

import dev.resilience.CompactKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key that stands for a secret, such as an API key in a header: 128 bits of its SHA-256. The secret itself is kept
 * nowhere; who knows it finds its key again through {@link #of}.
 */
public record KeyDigest(long high, long low) implements CompactKey {

    private static final Pattern SHOWN = Pattern.compile("sha256:([0-9a-f]{16})([0-9a-f]{16})");

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

    /** The key that is shown as this text; empty if none is. */
    public static Optional<KeyDigest> shownAs(String text) {
        Matcher matcher = SHOWN.matcher(text);
        return matcher.matches()
                ? Optional.of(new KeyDigest(half(matcher.group(1)), half(matcher.group(2))))
                : Optional.empty();
    }

    /** All of its digits, so that who sees a key in a list or a log can ask for it without knowing the secret. */
    @Override
    public String toString() {
        return "sha256:%016x%016x".formatted(high, low);
    }

    private static long half(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }
}
