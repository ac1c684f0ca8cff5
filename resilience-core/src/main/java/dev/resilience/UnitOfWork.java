package dev.resilience;

/**
 * Knows whether the calling thread is in the middle of work whose changes others see only when it is over, such as a
 * transaction. Thread-safe.
 */
@FunctionalInterface
public interface UnitOfWork {

    /** Every change is seen at once. */
    UnitOfWork NONE = then -> false;

    /**
     * Has this run by the calling thread when its work is over, however that ends.
     *
     * @return false if it is in the middle of nothing; then nothing is run
     */
    boolean whenOver(Runnable then);
}
