package dev.resilience.execution;

import dev.resilience.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scope as a policy has it that only pretends: what it gave up on goes on as if it weren't there. */
record QuietScope(Scope scope) implements Scope {

    @Override
    public void gaveUpOn(@Nullable Object outcome) {
        // Nobody shall hear of it.
    }

    @Override
    public boolean gaveUp(@Nullable Object outcome) {
        return scope.gaveUp(outcome);
    }

    @Override
    public void working(Object task) {
        scope.working(task);
    }

    @Override
    public void worked(Object task) {
        scope.worked(task);
    }

    @Override
    public List<Object> work() {
        return scope.work();
    }
}
