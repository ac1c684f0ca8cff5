package dev.resilience;

/**
 * What became of the wish to reset a key.
 *
 * @param key the key as it may be shown
 * @param was how the policy stood to it: only a state of its own was reset; a shared one can't be, for it is others' too
 */
public record KeyReset(String key, KeyStanding was) {

    /** Whether something was reset. */
    public boolean done() {
        return was == KeyStanding.OWN;
    }
}
