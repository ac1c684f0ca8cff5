package dev.resilience.sample.carrier;

import java.time.Instant;

/** Where a parcel was at a time. */
public record Whereabouts(String number, String state, Instant at) {}
