package dev.resilience.sample.carrier;

import java.math.BigDecimal;

/** A parcel that the carrier has taken, and what that costs. */
public record Booking(String number, BigDecimal price) {}
