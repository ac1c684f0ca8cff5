package dev.resilience.key;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sees in which states a key is at once. */
final class Witness {

    private record Seen(@Nullable Turnstile state, int in) {}

    private final AtomicReference<Seen> seen = new AtomicReference<>(new Seen(null, 0));

    /** Somebody is in with the key. @return whether somebody else is in another state with it */
    boolean clashes(Turnstile state) {
        Seen before = seen.getAndUpdate(known -> new Seen(state, known.in() + 1));
        return before.in() > 0 && before.state() != state;
    }

    /** Somebody is about to leave. */
    void leaves() {
        seen.updateAndGet(known -> new Seen(known.state(), known.in() - 1));
    }
}
