package dev.resilience.sample.reports;

import java.math.BigDecimal;
import java.util.Map;

/** What was sold, by category. */
public record SalesReport(Map<String, BigDecimal> revenueByCategory) {}
