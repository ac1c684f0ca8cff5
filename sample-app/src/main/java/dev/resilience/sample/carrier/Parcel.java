package dev.resilience.sample.carrier;

/**
 * What is to be shipped.
 *
 * @param from the sender's postal code
 * @param to the receiver's postal code
 * @param grams the weight
 */
public record Parcel(String from, String to, int grams) {}
