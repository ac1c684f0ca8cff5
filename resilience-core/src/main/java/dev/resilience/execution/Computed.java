package dev.resilience.execution;

import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import org.jspecify.annotations.Nullable;

/** The expressions a placement may have. */
enum Computed {
    KEY,
    COST,
    TIER,
    PRIORITY,
    VARIANT;

    @Nullable Expression in(Placement placement) {
        return switch (this) {
            case KEY -> placement.key();
            case COST -> placement.cost();
            case TIER -> placement.tier();
            case PRIORITY -> placement.priority();
            case VARIANT -> placement.variant();
        };
    }
}
