package dev.resilience.spring.autoconfigure;

import java.util.Map;
import java.util.TreeMap;

/** What happens often to one policy in a minute: the first few are told, the others counted by what they are. Thread-safe. */
final class FirstFew {

    /** So many tell what is going on, and nobody has to scroll past them. */
    static final int TOLD = 5;

    private int happened;
    private Map<String, Long> keptBack = new TreeMap<>();

    /** It has happened once more. @return its place in the minute; behind {@link #TOLD} it is only counted */
    synchronized int add(String what) {
        if (happened == TOLD) {
            keptBack.merge(what, 1L, Long::sum);
            return TOLD + 1;
        }
        return ++happened;
    }

    /** Ends the minute. @return how many were only counted, by what they were */
    synchronized Map<String, Long> end() {
        Map<String, Long> ended = keptBack;
        keptBack = new TreeMap<>();
        happened = 0;
        return ended;
    }
}
