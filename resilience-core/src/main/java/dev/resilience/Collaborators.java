package dev.resilience;

import java.util.List;
import java.util.Map;

/**
 * What the application lends to its policies: objects that a configuration names, such as beans. A policy asks at start-up
 * whether they are there, and for the objects themselves only with the first call that needs them, because they may depend on
 * guarded objects themselves. Thread-safe.
 */
public interface Collaborators {

    /** Nothing is lent. */
    Collaborators NONE = of(Map.of());

    /** These objects, by name. */
    static Collaborators of(Map<String, ?> byName) {
        return new NamedCollaborators(byName);
    }

    /** Whether there is one of this name and type. Makes nothing. */
    boolean has(Class<?> type, String name);

    /** The names that objects of this type have. Makes nothing. */
    List<String> names(Class<?> type);

    /**
     * The one of this name and type, made perhaps only now.
     *
     * @throws RuntimeException if there is none, or it can't be made
     */
    <T> T get(Class<T> type, String name);
}
