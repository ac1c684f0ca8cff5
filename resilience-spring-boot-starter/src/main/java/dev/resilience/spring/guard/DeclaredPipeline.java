package dev.resilience.spring.guard;

import java.util.List;

/**
 * What {@code @Resilient} says about a method.
 *
 * @param name the pipeline; empty where only the order is given
 * @param order the places, outermost first; empty for the order of the pipeline
 * @param origin where the annotation is
 */
record DeclaredPipeline(String name, List<String> order, String origin) {}
