package dev.resilience.key;

import java.util.UUID;

/** Keys as they are shown and remembered for show: whoever invents keys may make them long, and nobody wants to keep that. */
public final class KeyText {

    /** How many characters of a key are shown. */
    public static final int LONGEST = 128;

    private static final int HEAD = 64;

    private KeyText() {}

    /** What to remember of a key: the key, or where it is long, the little that tells it from others. */
    public static Object kept(Object key) {
        if (key instanceof Number || key instanceof UUID || key instanceof Enum<?>) {
            return key;
        }
        String text = key.toString();
        return text.length() <= LONGEST ? key : new Cut(text.substring(0, HEAD), text.length(), hash(text));
    }

    /** The key as text, cut where it is long. */
    public static String shown(Object key) {
        return kept(key).toString();
    }

    /**
     * Sixty-four bits of a text. Texts can be made to be equal in them, and are then counted as one key in a list for
     * people; nothing is decided by it.
     */
    private static long hash(String text) {
        long hash = text.length();
        for (int index = 0; index < text.length(); index++) {
            hash = (hash ^ text.charAt(index)) * 0x9E37_79B9_7F4A_7C15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    /** A long key: how it begins, how long it is, and a hash of it all. */
    private record Cut(String head, int length, long hash) {

        @Override
        public String toString() {
            return "%s… (%d characters, %016x)".formatted(head, length, hash);
        }
    }
}
