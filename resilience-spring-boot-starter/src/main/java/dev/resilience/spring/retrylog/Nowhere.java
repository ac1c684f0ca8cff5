package dev.resilience.spring.retrylog;

/** Where lines go that nobody wants. */
enum Nowhere implements Destination {
    INSTANCE;

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public void accept(String line) {
        // Nobody wants it.
    }

    @Override
    public void close() {
        // Nothing is left to write.
    }
}
