package dev.resilience.circuitbreaker;

import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes what predicates, classifiers and listeners throw at the bookkeeping of a breaker: each is counted, and the first
 * one told. The call goes its way. Thread-safe.
 */
final class BrokenRules {

    private final String name;
    private final EventSink events;
    private final LongAdder count = new LongAdder();
    private final AtomicBoolean told = new AtomicBoolean();

    BrokenRules(String name, EventSink events) {
        this.name = name;
        this.events = events;
    }

    /** Something threw this. Its class is told and not its message, which may hold a secret. */
    void add(Throwable thrown) {
        count.increment();
        if (told.compareAndSet(false, true)) {
            publish(new ResilienceEvent.Noticed(
                    CircuitBreakerKind.ID,
                    name,
                    "a rule or listener threw " + thrown.getClass().getName()
                            + "; calls are judged without it, and broken-rules counts how often"));
        }
    }

    /** Publishes an event to listeners that may be broken as well. */
    void publish(ResilienceEvent event) {
        try {
            events.publish(event);
        } catch (Throwable thrown) {
            add(thrown);
        }
    }

    long count() {
        return count.sum();
    }
}
