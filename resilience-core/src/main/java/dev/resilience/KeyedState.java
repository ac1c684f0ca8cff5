package dev.resilience;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an instance keeps by key, for whoever asks about one key: the permits of a limiter, and whatever else is kept for
 * each key. Thread-safe.
 *
 * <p>Who asks has a text, and calls have objects. So the asked ones are several objects that the text may mean, the most
 * likely first, and a kind that has seen keys of other types may read the text as one of those as well.
 */
public interface KeyedState {

    /**
     * What is kept for the first of these that is known, or for the first if none is. Makes no state.
     *
     * @param tier the tier to look at, or null for what holds without one
     */
    KeyView view(List<?> meant, @Nullable String tier);

    /** Forgets what is kept for the first of these that is known. */
    KeyReset reset(List<?> meant);

    /** The keys that stand out; empty where nobody looks, or nothing has a key. */
    default Optional<TopKeys> top() {
        return Optional.empty();
    }
}
