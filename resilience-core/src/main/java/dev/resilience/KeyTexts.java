package dev.resilience;

import dev.resilience.Placement.Expression;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * What a text means as a key of one policy: what the key expressions of its placements make of it. Thread-safe.
 *
 * <p>The text itself comes last. Where one placement takes the text as it is and another a digest of it, it may be a
 * secret, and the first is what is shown if nobody knows any of them.
 */
final class KeyTexts {

    private final Set<Expression> keys = new CopyOnWriteArraySet<>();

    void add(Placement placement) {
        Expression key = placement.key();
        if (key != null) {
            keys.add(key);
        }
    }

    List<Object> meantBy(String text) {
        if (keys.isEmpty()) {
            return List.of(text);
        }
        Set<Object> meant = new LinkedHashSet<>();
        keys.forEach(key -> meant.addAll(key.meantBy(text)));
        boolean plain = meant.remove(text);
        List<Object> ordered = new ArrayList<>(meant);
        if (plain) {
            ordered.add(text);
        }
        return ordered;
    }
}
