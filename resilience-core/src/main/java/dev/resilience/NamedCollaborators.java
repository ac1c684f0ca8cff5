package dev.resilience;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** Objects that code has given names to. */
final class NamedCollaborators implements Collaborators {

    private final Map<String, Object> byName;

    NamedCollaborators(Map<String, ?> byName) {
        this.byName = Map.copyOf(byName);
    }

    @Override
    public boolean has(Class<?> type, String name) {
        return type.isInstance(byName.get(name));
    }

    @Override
    public List<String> names(Class<?> type) {
        return byName.keySet().stream().filter(name -> has(type, name)).sorted().toList();
    }

    @Override
    public <T> T get(Class<T> type, String name) {
        if (!has(type, name)) {
            throw new NoSuchElementException("there is no " + type.getSimpleName() + " called '" + name + "'");
        }
        return type.cast(byName.get(name));
    }
}
