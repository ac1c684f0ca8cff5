package dev.resilience.failure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The chain of causes of a throwable, itself first: finite even where causes go round in a circle. */
public final class Causes {

    /** Deeper than any chain a person would read. */
    private static final int DEEPEST = 64;

    private Causes() {}

    /** The chain. */
    public static List<Throwable> of(Throwable throwable) {
        List<Throwable> chain = new ArrayList<>(4);
        Throwable link = throwable;
        while (link != null && chain.size() < DEEPEST && !holds(chain, link)) {
            chain.add(link);
            link = link.getCause();
        }
        return chain;
    }

    /**
     * The cause of this throwable, or null. One that throws when it is asked for its cause is the last of its chain: what
     * looks into a failure of the application must not fail in its place.
     */
    static @Nullable Throwable next(Throwable throwable) {
        try {
            return throwable.getCause();
        } catch (Throwable sealed) {
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
