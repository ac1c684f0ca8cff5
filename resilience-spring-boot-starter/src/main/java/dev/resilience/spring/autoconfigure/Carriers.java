package dev.resilience.spring.autoconfigure;

import dev.resilience.ContextCarrier;

/** Puts carriers together. */
final class Carriers {

    private Carriers() {}

    /** Carries what both carry. */
    static ContextCarrier both(ContextCarrier outer, ContextCarrier inner) {
        return () -> {
            ContextCarrier.Captured outerContext = outer.capture();
            ContextCarrier.Captured innerContext = inner.capture();
            return () -> {
                ContextCarrier.Restored first = outerContext.restore();
                ContextCarrier.Restored second = innerContext.restore();
                return () -> {
                    second.close();
                    first.close();
                };
            };
        };
    }
}
