package dev.resilience.cache;

import dev.resilience.Call;
import dev.resilience.CombinedExpression;
import dev.resilience.CompactKey;
import dev.resilience.cache.Fingerprint.Seed;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives each call of a cache its key.
 *
 * <p>Every operation has a space of its own, and all explicit keys have one together: methods that share a cache share
 * results only if they say so by equal keys. A single plain value should be its own key, unless it is a long text, and a hit
 * should allocate nothing. But then it has to be marked with its space, which is an object. Most caches serve one space only; so the
 * first one that comes is at home and its values go unmarked, all others are marked. No mark equals a plain value.
 *
 * <p>What else a result depends on, such as who asks, stands beside that key. A single plain value stands there as it is;
 * several, and whatever isn't plain, become a fingerprint of a list in which each has its place and its length. A call of
 * which it can't be told has no key at all.
 *
 * <p>Thread-safe.
 */
final class Keys {

    private static final String EXPLICIT = "";

    /** Those that surely fit into a long. */
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");

    /** How many characters a text may have that is its own key: ten thousand of them take up some megabytes at most. */
    private static final int LONGEST = 1024;

    /** How many characters are kept of an explicit key that is longer. */
    private static final int BEGINNING = 256;

    private final Seed seed = Seed.random();
    private final AtomicReference<@Nullable String> home = new AtomicReference<>();

    /** The spaces there are, each spelled out once: its name is longer than most arguments. The spellings are only read. */
    private final Map<String, Spelling> spaces = new ConcurrentHashMap<>();

    /** A plain value of a space that isn't at home. */
    private record Marked(String space, Object value) {}

    /** An explicit text that is too long to be kept. */
    private record LongText(String beginning, ArgumentsKey digest) {}

    /** Nothing but 128 bits that stand for something, of a class of such bits. */
    private record Compact(Class<?> type, long high, long low) {}

    /**
     * The key of a call; null if nobody can tell whose its result would be.
     *
     * @throws UnkeyableArgumentException if there is no telling the arguments from others
     */
    @Nullable Object of(Call call) {
        Object variant = call.variant();
        if (variant == null) {
            return base(call);
        }
        Object told = told(call, variant);
        return told == null ? null : new Varied(base(call), told);
    }

    private Object base(Call call) {
        Object explicit = call.key();
        return explicit == null
                ? ofArguments(call.operation(), call.arguments())
                : ofOne(EXPLICIT, explicit, UnkeyableArgumentException.KEY);
    }

    /** What a key holds of the value that it varies by, or null if it tells nothing. */
    private @Nullable Object told(Call call, Object variant) {
        if (variant == Call.NULL_KEY) {
            return null;
        }
        if (isKept(variant)) {
            return variant;
        }
        if (variant instanceof CompactKey compact) {
            return new Compact(compact.getClass(), compact.high(), compact.low());
        }
        return variant instanceof CombinedExpression.Values values
                ? digest(call, values.all())
                : digest(call, List.of(variant));
    }

    /** An empty Optional tells as little as null does. */
    private @Nullable Object digest(Call call, List<Object> values) {
        if (values.contains(Optional.empty())) {
            return null;
        }
        ArgumentEncoder encoder = encoder(EXPLICIT, call.operation());
        encoder.add(values, UnkeyableArgumentException.VARIANT);
        return encoder.key();
    }

    /** Every key under which the value of a key expression, or an only argument, may be known. */
    Set<Object> everyKeyOf(Object value) {
        return spaces.keySet().stream()
                .flatMap(space -> spellings(value).flatMap(spelling -> everyKeyOf(space, spelling)))
                .collect(Collectors.toSet());
    }

    /** By itself, or where the compiler has added an argument that doesn't count, as to a suspend function. */
    private Stream<Object> everyKeyOf(String space, @Nullable Object value) {
        Object key = ofOne(space, value, UnkeyableArgumentException.KEY);
        return value == Call.NULL_KEY ? Stream.of(key) : Stream.of(key, digest(space, new Object[] {value}));
    }

    /**
     * Whether the key is a text that was given explicitly and begins like this. Of one that is too long to be kept nobody knows
     * how it goes on: it is taken to begin like a prefix that is longer than what is known.
     */
    boolean beginsWith(Object key, String prefix) {
        if (key instanceof LongText text) {
            return text.beginning.startsWith(prefix) || prefix.startsWith(text.beginning);
        }
        String text = explicitText(key);
        return text != null && text.startsWith(prefix);
    }

    private @Nullable String explicitText(Object key) {
        if (key instanceof Marked marked) {
            return marked.space.equals(EXPLICIT) && marked.value instanceof String text ? text : null;
        }
        return key instanceof String text && EXPLICIT.equals(home.get()) ? text : null;
    }

    /**
     * A whole number as any of its types: who invalidates may hold another one than who reads, or a mere text. And no key as
     * no argument.
     */
    private static Stream<Object> spellings(Object value) {
        if (value == Call.NULL_KEY) {
            return Stream.of(value, null);
        }
        if (!isWhole(value)) {
            return Stream.of(value);
        }
        long number = Long.parseLong(value.toString());
        return Stream.<@Nullable Object>of(
                        value.toString(),
                        number,
                        BigInteger.valueOf(number),
                        number == (int) number ? (int) number : null,
                        number == (short) number ? (short) number : null,
                        number == (byte) number ? (byte) number : null)
                .filter(Objects::nonNull);
    }

    private static boolean isWhole(Object value) {
        return switch (Shape.of(value)) {
            case BYTE, SHORT, INTEGER, LONG -> true;
            case STRING -> WHOLE.matcher(value.toString()).matches();
            case TEXT -> value instanceof BigInteger number && number.bitLength() < Long.SIZE;
            default -> false;
        };
    }

    private Object ofArguments(String operation, Object[] arguments) {
        return arguments.length == 1 ? ofOne(operation, arguments[0], 0) : digest(operation, arguments);
    }

    private Object ofOne(String space, @Nullable Object value, int parameter) {
        if (value != null && (value == Call.NULL_KEY || isKept(value))) {
            return isHome(space) ? value : new Marked(space, value);
        }
        ArgumentEncoder encoder = encoder(space);
        encoder.add(value, parameter);
        boolean isLongText = space.equals(EXPLICIT) && value instanceof String;
        return isLongText ? new LongText(((String) value).substring(0, BEGINNING), encoder.key()) : encoder.key();
    }

    /** Whether a key holds the value as it is: whoever sends texts of a megabyte is not to have the heap filled with them. */
    private static boolean isKept(Object value) {
        return value instanceof String text
                ? text.length() <= LONGEST
                : Shape.of(value).isScalar();
    }

    private Object digest(String operation, Object[] arguments) {
        ArgumentEncoder encoder = encoder(operation);
        for (int parameter = 0; parameter < arguments.length; parameter++) {
            encoder.add(arguments[parameter], parameter);
        }
        return encoder.key();
    }

    private ArgumentEncoder encoder(String space) {
        return encoder(space, space);
    }

    /** @param operation what messages name */
    private ArgumentEncoder encoder(String space, String operation) {
        return new ArgumentEncoder(seed, spelled(space), operation);
    }

    private Spelling spelled(String space) {
        Spelling known = spaces.get(space);
        return known == null ? spaces.computeIfAbsent(space, this::spell) : known;
    }

    private Spelling spell(String space) {
        Spelling spelling = new Spelling(seed);
        spelling.text(space);
        return spelling;
    }

    private boolean isHome(String space) {
        String first = home.get();
        return first == null ? home.compareAndSet(null, space) || isHome(space) : first.equals(space);
    }

    /** Remembers that there are results of this call's space. */
    void remember(Call call) {
        spelled(call.key() == null ? call.operation() : EXPLICIT);
    }
}
