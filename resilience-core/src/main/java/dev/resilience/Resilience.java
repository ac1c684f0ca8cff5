package dev.resilience;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The programmatic door: pipelines by name, ready to run around any lambda. Thread-safe.
 *
 * <pre>{@code
 * try (Resilience resilience = Resilience.builder()
 *         .policy("bulkheads", "ml", Map.of("max-concurrent", "10"))
 *         .pipeline("ml", Map.of("bulkheads", "ml"))
 *         .build()) {
 *     Score score = resilience.pipeline("ml").call(() -> model.score(features));
 * }
 * }</pre>
 *
 * A lambda has no arguments and no return type. So a cache keeps one result for the whole pipeline, and what belongs to a
 * method (keys, fallback methods, values instead of a failure) is refused.
 *
 * <p>{@link Pipeline#statistics()} tells what became of the calls.
 *
 * <p>In a Spring application it is a bean, and knows the pipelines below {@code resilience.pipelines}.
 */
public final class Resilience implements AutoCloseable {

    private final PolicyRegistry policies;
    private final Function<String, Pipeline> source;
    private final Runnable end;
    private final ConcurrentMap<String, Pipeline> pipelines = new ConcurrentHashMap<>();

    /**
     * A door to pipelines that are put together elsewhere.
     *
     * @param source makes a pipeline of this name, asked once per name; throws an {@code IllegalArgumentException} for
     *     unknown names
     * @param end what is to be done on closing
     */
    public Resilience(PolicyRegistry policies, Function<String, Pipeline> source, Runnable end) {
        this.policies = policies;
        this.source = source;
        this.end = end;
    }

    /** A door of one's own, without any framework. */
    public static ResilienceBuilder builder() {
        return new ResilienceBuilder();
    }

    /** The pipeline of this name. @throws IllegalArgumentException naming the nearest one, if there is none */
    public Pipeline pipeline(String name) {
        Pipeline known = pipelines.get(name);
        return known != null ? known : pipelines.computeIfAbsent(name, source);
    }

    /**
     * The results that the cache of this name keeps, for code that has changed what they were made of:
     * {@code resilience.cache("quotes").invalidate("ACME")}.
     *
     * @throws IllegalArgumentException naming the nearest one, if there is none
     */
    public KeptResults cache(String name) {
        return policies.results(name);
    }

    /** The pipelines that were asked for by now, by name. */
    public Map<String, Pipeline> pipelines() {
        return new TreeMap<>(pipelines);
    }

    /** The policies behind the pipelines. */
    public PolicyRegistry policies() {
        return policies;
    }

    /** Ends the threads that this door began, if it began some. */
    @Override
    public void close() {
        end.run();
    }
}
