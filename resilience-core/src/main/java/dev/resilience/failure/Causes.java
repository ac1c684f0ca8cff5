package dev.resilience.failure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The chain of causes of a throwable, itself first: finite even where causes go round in a circle.
 *
 * <p>What an exception says of itself is code of somebody else, and may throw. That must never take the place of the
 * exception, so whatever throws has said nothing.
 */
public final class Causes {

    /** Deeper than any chain a person would read: longer ones are taken for circles. */
    private static final int DEEPEST = 64;

    private Causes() {}

    /** The chain. */
    public static List<Throwable> of(Throwable throwable) {
        List<Throwable> chain = new ArrayList<>(4);
        Throwable link = throwable;
        while (link != null && chain.size() < DEEPEST && !holds(chain, link)) {
            chain.add(link);
            link = next(link);
        }
        return chain;
    }

    /** The first one of the chain of which this holds; null if there is none. Makes no list. */
    public static @Nullable Throwable first(Throwable throwable, Predicate<Throwable> holds) {
        Throwable link = throwable;
        for (int depth = 0; link != null && depth < DEEPEST; depth++) {
            if (holds.test(link)) {
                return link;
            }
            link = next(link);
        }
        return null;
    }

    /** The cause of this one; null where there is none, or none that it tells. */
    public static @Nullable Throwable next(Throwable link) {
        try {
            return link.getCause();
        } catch (Throwable unspeakable) {
            return null;
        }
    }

    /** The message of this one; null where there is none, or none that it tells. */
    public static @Nullable String message(Throwable link) {
        try {
            return link.getMessage();
        } catch (Throwable unspeakable) {
            return null;
        }
    }

    /** By identity: throwables may define {@code equals}. */
    private static boolean holds(List<Throwable> chain, @Nullable Throwable wanted) {
        for (Throwable link : chain) {
            if (link == wanted) {
                return true;
            }
        }
        return false;
    }
}
