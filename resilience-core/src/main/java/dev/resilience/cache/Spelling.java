package dev.resilience.cache;

import dev.resilience.cache.Fingerprint.Seed;
import java.util.List;

/**
 * Spells values out as words of a fingerprint: first one that tells the shape and the length, then exactly that much.
 * Not thread-safe.
 */
final class Spelling {

    private final Fingerprint fingerprint;

    Spelling(Seed seed) {
        this.fingerprint = new Fingerprint(seed);
    }

    /** One that goes on where that one stands. */
    Spelling(Spelling other) {
        this.fingerprint = new Fingerprint(other.fingerprint);
    }

    /** The fingerprint of all that was spelled out, with these objects beside it. Ends the spelling. */
    ArgumentsKey key(List<Object> objects) {
        return new ArgumentsKey(fingerprint.low(), fingerprint.high(), objects);
    }

    /** The shape of what follows, and how many parts it has. */
    void tag(Shape shape, int length) {
        fingerprint.add((long) length << Byte.SIZE | shape.ordinal());
    }

    void raw(long word) {
        fingerprint.add(word);
    }

    void word(Shape shape, long word) {
        tag(shape, 1);
        raw(word);
    }

    void named(Shape shape, Class<?> type, String name) {
        tag(shape, 0);
        text(type.getName());
        text(name);
    }

    void text(CharSequence text) {
        tag(Shape.STRING, text.length());
        chars(text);
    }

    void bytes(byte[] bytes) {
        tag(Shape.BYTES, bytes.length);
        for (int start = 0; start < bytes.length; start += Long.BYTES) {
            long word = 0;
            for (int index = start; index < Math.min(start + Long.BYTES, bytes.length); index++) {
                word = word << Byte.SIZE | bytes[index] & 0xff;
            }
            raw(word);
        }
    }

    /** Four characters a word. */
    private void chars(CharSequence text) {
        int length = text.length();
        int index = 0;
        for (; index + 3 < length; index += 4) {
            raw((long) text.charAt(index) << 48
                    | (long) text.charAt(index + 1) << 32
                    | (long) text.charAt(index + 2) << 16
                    | text.charAt(index + 3));
        }
        long rest = 0;
        for (; index < length; index++) {
            rest = rest << Character.SIZE | text.charAt(index);
        }
        if (length % 4 != 0) {
            raw(rest);
        }
    }
}
