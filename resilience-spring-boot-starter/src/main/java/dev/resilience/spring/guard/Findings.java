package dev.resilience.spring.guard;

import dev.resilience.spring.guard.Finding.Level;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Everything start-up, and later the making of beans, found out. Thread-safe; each finding is there once. */
public final class Findings {

    private final Set<Finding> found = new LinkedHashSet<>();

    /** Adds a finding. @return whether it is new */
    public synchronized boolean add(Finding finding) {
        return found.add(finding);
    }

    /** The findings, worst first. */
    public synchronized List<Finding> all() {
        return found.stream().sorted(Comparator.comparing(Finding::level)).toList();
    }

    /** The findings of one level. */
    public List<Finding> of(Level level) {
        return all().stream().filter(finding -> finding.level() == level).toList();
    }

    void addAll(List<Finding> several) {
        several.forEach(this::add);
    }
}
