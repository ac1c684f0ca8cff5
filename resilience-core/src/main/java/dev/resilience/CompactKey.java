package dev.resilience;

/**
 * A key that is nothing but 128 bits: keys of one class are equal if both halves are. A limiter that meets such a key
 * remembers a digest of it and never the object, as it does with texts, numbers, UUIDs and enum constants.
 */
public interface CompactKey {

    /** One half. */
    long high();

    /** The other. */
    long low();
}
