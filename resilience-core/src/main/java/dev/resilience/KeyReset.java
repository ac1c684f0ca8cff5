package dev.resilience;

import org.jspecify.annotations.Nullable;

/**
 * What became of the wish to reset a key.
 *
 * @param key the key as it may be shown
 * @param was how the policy stood to it: only a state of its own was reset; a shared one can't be, for it is others' too
 * @param dropped how much was kept for it, where that may be more or less than one thing, as in a cache; null elsewhere
 */
public record KeyReset(
        String key, KeyStanding was, @Nullable Long dropped) {

    /** A reset of a key that has one state. */
    public KeyReset(String key, KeyStanding was) {
        this(key, was, null);
    }

    /** Whether something was reset. */
    public boolean done() {
        return was == KeyStanding.OWN;
    }
}
