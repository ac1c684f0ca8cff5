package dev.resilience.sample.quotes;

import java.math.BigDecimal;

/**
 * What shipping a parcel costs.
 *
 * @param estimate whether the carrier could not be asked, and the price is our own guess
 */
public record Quote(String carrier, BigDecimal price, boolean estimate) {}
