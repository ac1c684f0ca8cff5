package dev.resilience.sample.carrier;

import java.math.BigDecimal;

/** What the carrier asks for a parcel. */
public record CarrierQuote(String carrier, BigDecimal price) {}
