package dev.resilience.failure;

import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes note of rules and classifiers of the application that throw while a policy judges an outcome. That is no reason
 * for a call to fail: each time is counted, and each culprit is told to the listeners once. Thread-safe.
 */
public final class BrokenRules {

    private final String kind;
    private final String name;
    private final EventSink events;
    private final LongAdder count = new LongAdder();

    /** By name: there are no more of them than texts and classes. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** Takes note for the policy of this kind and name. */
    public BrokenRules(String kind, String name, EventSink events) {
        this.kind = kind;
        this.name = name;
        this.events = events;
    }

    /** This one has thrown, and so has said nothing. */
    public void report(String culprit, Throwable thrown) {
        count.increment();
        if (told.add(culprit)) {
            publish(culprit, thrown);
        }
    }

    /** Publishes an event of the policy; a listener that throws is noted as well. */
    public void publish(ResilienceEvent event) {
        try {
            events.publish(event);
        } catch (Throwable thrown) {
            report("a listener", thrown);
        }
    }

    /** How often one has thrown. */
    public long count() {
        return count.sum();
    }

    /** What an exception says of itself may throw as well, and so may a listener. */
    private void publish(String culprit, Throwable thrown) {
        try {
            String what =
                    culprit + " threw " + thrown + " and was ignored: outcomes are judged by the other rules. From"
                            + " now on that is only counted, as broken-rules";
            events.publish(new ResilienceEvent.Noticed(kind, name, what));
        } catch (Throwable ignored) {
            // It is counted.
        }
    }
}
