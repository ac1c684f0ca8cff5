package dev.resilience.spring.actuate;

import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody had dropped.
 *
 * @param what in words: {@code everything}, {@code a prefix}, {@code operation QuoteService.quote}, {@code one key}
 * @param dropped how much that was; null if it can't be told
 * @param of how much of which policy or cache
 */
public record Cleared(String what, @Nullable Long dropped, Map<String, @Nullable Long> of) {

    /** Whether nothing was there to be dropped, as far as that can be told. */
    boolean isNothing() {
        return dropped != null && dropped == 0;
    }

    static Cleared of(String what, String name, @Nullable Long dropped) {
        return new Cleared(what, dropped, Collections.singletonMap(name, dropped));
    }
}
