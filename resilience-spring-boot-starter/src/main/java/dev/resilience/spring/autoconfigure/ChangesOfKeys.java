package dev.resilience.spring.autoconfigure;

import java.util.Map;
import java.util.TreeMap;

/** How often the keys of one policy have changed their state in this minute: few are told, the others counted. Thread-safe. */
final class ChangesOfKeys {

    /** So many tell what is going on, and nobody has to scroll past them. */
    static final int TOLD = 5;

    private int changes;
    private Map<String, Long> keptBack = new TreeMap<>();

    /** Adds a change to this state. @return its place in the minute; behind {@link #TOLD} it is only counted */
    synchronized int add(String to) {
        if (changes == TOLD) {
            keptBack.merge(to, 1L, Long::sum);
            return TOLD + 1;
        }
        return ++changes;
    }

    /** Ends the minute. @return how many changes were only counted, by the state they led to */
    synchronized Map<String, Long> end() {
        Map<String, Long> ended = keptBack;
        keptBack = new TreeMap<>();
        changes = 0;
        return ended;
    }
}
