package dev.resilience;

import java.util.Locale;

/** How a policy that keeps a state by key stands to one key. */
public enum KeyStanding {
    /** It keeps nothing for it: the key was never seen, or has been at rest for long enough. */
    NONE,
    /** It keeps a state of the key's own. */
    OWN,
    /** The key shares a state with others, because there was no room for one of its own. */
    SHARED;

    /** The word for the endpoint. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
