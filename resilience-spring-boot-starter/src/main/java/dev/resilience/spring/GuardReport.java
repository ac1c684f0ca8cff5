package dev.resilience.spring;

import dev.resilience.PipelineStatistics;
import java.util.List;
import java.util.Map;

/** What the guard has done with the application's methods, for whoever shows it. Thread-safe. */
public interface GuardReport {

    /** Whether guards do anything; false with {@code resilience.enabled=false}. */
    boolean enabled();

    /** The guarded methods by operation, and the rules for requests by name. */
    Map<String, Method> methods();

    /** The pipelines that code has asked for by name, as they are now. */
    default Map<String, PipelineStatistics> pipelines() {
        return Map.of();
    }

    /** What the guard has to say about the application, the worst first. */
    List<Note> findings();

    /**
     * A guarded method.
     *
     * @param shape how it gives its result; {@code request} for a rule
     * @param calls what became of the calls, each counted once; empty for a rule, whose limiter counts them
     * @param policies its policies, outermost first
     */
    record Method(String shape, Map<String, Number> calls, List<Placed> policies) {}

    /**
     * A policy on a method.
     *
     * @param place the name of its place in {@code order}
     * @param kind its kind
     * @param name its name
     * @param placement what belongs to the policy on this method, as it is written: key, method, and the like
     */
    record Placed(String place, String kind, String name, Map<String, String> placement) {}

    /**
     * A finding.
     *
     * @param level error, warning or information
     * @param where the method, class or property it is about
     * @param text what is found
     * @param fix what to do about it
     */
    record Note(String level, String where, String text, String fix) {}
}
