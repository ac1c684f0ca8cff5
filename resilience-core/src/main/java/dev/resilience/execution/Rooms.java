package dev.resilience.execution;

import java.util.List;

/**
 * Where a call keeps the values of the expressions of its stages: side by side from the outermost stage inward, and only
 * those that there are. Immutable.
 */
final class Rooms {

    private static final int EACH = Computed.values().length;

    /** By stage and expression, how many expressions there are before; so the last one tells how many there are. */
    private final int[] before;

    Rooms(List<Stage> stages) {
        before = new int[stages.size() * EACH + 1];
        int index = 0;
        for (Stage stage : stages) {
            for (Computed computed : Computed.values()) {
                int own = computed.in(stage.placement()) == null ? 0 : 1;
                before[index + 1] = before[index] + own;
                index++;
            }
        }
    }

    /** The room of an expression that the stage has. */
    int of(int stage, Computed which) {
        return before[stage * EACH + which.ordinal()];
    }

    /** The first room of the stage and of those further in. */
    int from(int stage) {
        return before[stage * EACH];
    }

    int count() {
        return before[before.length - 1];
    }
}
