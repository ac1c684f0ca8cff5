package dev.resilience.spring.guard;

import dev.resilience.CompactKey;

/**
 * Who isn't logged in, known by an address. Shown as the address, but equal to no text: a user who calls himself like an
 * address has a key of his own.
 */
record AnonymousCaller(String address, KeyDigest digest) implements CompactKey {

    static AnonymousCaller of(String address) {
        return new AnonymousCaller(address, KeyDigest.of(address));
    }

    @Override
    public long high() {
        return digest.high();
    }

    @Override
    public long low() {
        return digest.low();
    }

    @Override
    public String toString() {
        return address;
    }
}
