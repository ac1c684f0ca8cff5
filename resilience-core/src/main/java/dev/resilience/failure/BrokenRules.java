package dev.resilience.failure;

import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes note of what the application brings to a policy and what throws when it is asked: rules, classifiers, expressions.
 * That is no reason for a call to fail: each time is counted, and each culprit is told to the listeners once, by the class
 * of what it threw alone, because what an exception says may be of users. Thread-safe.
 */
public final class BrokenRules {

    private final String kind;
    private final String name;
    private final EventSink events;
    private final LongAdder count = new LongAdder();

    /** By name: there are no more of them than texts, classes and operations. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** Takes note for the policy of this kind and name. */
    public BrokenRules(String kind, String name, EventSink events) {
        this.kind = kind;
        this.name = name;
        this.events = events;
    }

    /** This one has thrown, and so has said nothing about an outcome. */
    public void report(String culprit, Throwable thrown) {
        report(culprit, thrown, "outcomes are judged by the other rules");
    }

    /** This one has thrown. @param instead what the policy goes by now, in words */
    public void report(String culprit, Throwable thrown, String instead) {
        note(culprit, "threw " + thrown.getClass().getName(), instead);
    }

    /** This one has given an answer that is none. @param answer of which nothing may be of users */
    public void reportAnswer(String culprit, String answer, String instead) {
        note(culprit, "answered " + answer, instead);
    }

    private void note(String culprit, String did, String instead) {
        count.increment();
        if (told.add(culprit)) {
            tell(culprit + " " + did + " and was ignored: " + instead
                    + ". From now on that is only counted, as broken-rules");
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

    private void tell(String what) {
        try {
            events.publish(new ResilienceEvent.Noticed(kind, name, what));
        } catch (Throwable ignored) {
            // It is counted.
        }
    }
}
