package dev.resilience.sample.trends;

import java.util.List;

/**
 * How a category sells.
 *
 * @param sold pieces sold per month, the latest last
 */
public record Trend(String category, List<Long> sold) {}
