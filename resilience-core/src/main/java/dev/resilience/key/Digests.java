package dev.resilience.key;

import dev.resilience.CompactKey;
import dev.resilience.time.RandomSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes 128 bits of a key, under a secret seed. Thread-safe.
 *
 * <p><b>Why not the hash the key already has?</b> A text remembers its own {@code hashCode}, so it would be free. But it
 * has 32 bits and no secret: anybody can write down millions of names with one hash code, which then are one key, or
 * where the text is kept and compared, one crowd that everybody has to look through. Mixing a seed into it changes where
 * the crowd stands, not that it is one. Choosing only the table by it, and the place in the table by something better,
 * lets the crowd choose one table: one gate for all of them, and whoever shares it waits. So nothing here depends on
 * {@code hashCode}. The text itself is read, and what is made of it is the key: two keys with one digest would share
 * a limit, so the digest has to be one that who chooses the keys can't make collide, although he may measure how
 * long each answer took. {@link SipHash} is that.
 *
 * <p><b>When do two keys have the same digest?</b> When they are equal. Digested are the bytes of a canonical form, then a
 * byte that names the form: "1" and 1L differ. A text is one byte per character where all are below 256, two otherwise,
 * however the JVM stores it. An object of another type is equal to what it says it is equal to, so its hash code is
 * digested and the object itself is kept {@linkplain Digest#beside() beside}.
 */
public final class Digests {

    private static final long LATIN = 1;
    private static final long WIDE = 2;
    private static final long WORD = 3;
    private static final long WORDS = 4;
    private static final long OPAQUE = 5;

    private static final long HIGH_BYTES = 0xFF00_FF00_FF00_FF00L;
    private static final int LENGTH_SHIFT = 56;

    /** A digest is read at once, before anything else runs on the thread that may make one. */
    private static final ThreadLocal<Digest> MINE = ThreadLocal.withInitial(Digest::new);

    private static final AtomicInteger CLASSES = new AtomicInteger();

    /** Classes are told apart by number, because class loaders may use one name twice. */
    private static final ClassValue<Integer> NUMBERS = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            return CLASSES.incrementAndGet();
        }
    };

    private final long firstOfSeed;
    private final long secondOfSeed;

    public Digests(long firstOfSeed, long secondOfSeed) {
        this.firstOfSeed = firstOfSeed;
        this.secondOfSeed = secondOfSeed;
    }

    /** Under a seed that nobody else has. */
    public static Digests seeded(RandomSource random) {
        return new Digests(random.secret(), random.secret());
    }

    /** The digest of this key, valid until the thread asks for the next one. */
    public Digest of(Object key) {
        if (key instanceof String text) {
            return narrow(text);
        }
        if (key instanceof Number number && isWhole(number.getClass())) {
            return word(WORD, number.getClass(), number.longValue(), null);
        }
        if (key instanceof UUID id) {
            return words(UUID.class, id.getMostSignificantBits(), id.getLeastSignificantBits());
        }
        if (key instanceof CompactKey compact) {
            return words(key.getClass(), compact.high(), compact.low());
        }
        if (key instanceof Enum<?> constant) {
            return word(WORD, constant.getDeclaringClass(), constant.ordinal(), null);
        }
        return word(OPAQUE, Object.class, key.hashCode(), key);
    }

    private static boolean isWhole(Class<?> type) {
        return type == Long.class || type == Integer.class || type == Short.class || type == Byte.class;
    }

    private Digest narrow(String text) {
        Digest digest = MINE.get();
        SipHash hash = digest.begin(firstOfSeed, secondOfSeed);
        int whole = text.length() & -Long.BYTES;
        for (int from = 0; from < whole; from += Long.BYTES) {
            long front = four(text, from);
            long back = four(text, from + 4);
            if (((front | back) & HIGH_BYTES) != 0) {
                return wide(text);
            }
            hash.absorb(packed(front) | packed(back) << 32);
        }
        long rest = LATIN;
        int seen = 0;
        for (int at = text.length() - 1; at >= whole; at--) {
            seen |= text.charAt(at);
            rest = rest << Byte.SIZE | text.charAt(at);
        }
        return seen > 0xFF ? wide(text) : ended(digest, hash, rest, text.length() + 1, null);
    }

    private Digest wide(String text) {
        Digest digest = MINE.get();
        SipHash hash = digest.begin(firstOfSeed, secondOfSeed);
        int whole = text.length() & -4;
        for (int from = 0; from < whole; from += 4) {
            hash.absorb(four(text, from));
        }
        long rest = WIDE;
        for (int at = text.length() - 1; at >= whole; at--) {
            rest = rest << Character.SIZE | text.charAt(at);
        }
        return ended(digest, hash, rest, 2 * text.length() + 1, null);
    }

    private Digest words(Class<?> type, long high, long low) {
        Digest digest = MINE.get();
        SipHash hash = digest.begin(firstOfSeed, secondOfSeed);
        hash.absorb(high);
        hash.absorb(low);
        return ended(digest, hash, NUMBERS.get(type) | WORDS << 32, 21, null);
    }

    private Digest word(long form, Class<?> type, long word, @Nullable Object beside) {
        Digest digest = MINE.get();
        SipHash hash = digest.begin(firstOfSeed, secondOfSeed);
        hash.absorb(word);
        return ended(digest, hash, NUMBERS.get(type) | form << 32, 13, beside);
    }

    /** Eight bytes of rest are a word of their own: the length takes the place of the last byte. */
    private static Digest ended(Digest digest, SipHash hash, long rest, int bytes, @Nullable Object beside) {
        boolean full = (bytes & Long.BYTES - 1) == 0;
        if (full) {
            hash.absorb(rest);
        }
        hash.absorb((full ? 0 : rest) | (long) bytes << LENGTH_SHIFT);
        return digest.end(beside);
    }

    private static long four(String text, int from) {
        return text.charAt(from)
                | (long) text.charAt(from + 1) << 16
                | (long) text.charAt(from + 2) << 32
                | (long) text.charAt(from + 3) << 48;
    }

    /** Four characters below 256 side by side. */
    private static long packed(long four) {
        long pairs = (four | four >>> 8) & 0x0000_FFFF_0000_FFFFL;
        return (pairs | pairs >>> 16) & 0xFFFF_FFFFL;
    }
}
