package dev.resilience.spring.config;

import java.util.List;
import java.util.Map;

/**
 * A whole pipeline by name, as {@code pipelines.<name>} gives it.
 *
 * @param name what {@code @Resilient} calls it
 * @param policies the names of its policies, by id of their kind
 * @param order its stages, outermost first; those not named keep their default place
 * @param origin where it is written
 */
public record PipelineProperties(String name, Map<String, List<String>> policies, List<String> order, String origin) {}
