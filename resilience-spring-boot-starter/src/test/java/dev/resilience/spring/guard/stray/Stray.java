package dev.resilience.spring.guard.stray;

import dev.resilience.spring.annotation.Bulkhead;

/** An annotated class that nobody makes a bean. */
public class Stray {
    @Bulkhead
    public void call() {}
}
