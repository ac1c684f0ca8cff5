package dev.resilience.recovery;

/**
 * Something that can be made to work again by being restarted, such as a client with its connections. A recovery names it:
 * {@code restart carrierClient}.
 */
@FunctionalInterface
public interface Restartable {

    /**
     * Restarts it. It may take its time: it runs on a thread of its own, never twice at once, while callers that need it wait.
     * Calls that it makes itself, on that thread, don't wait.
     *
     * @throws Exception if it couldn't; whoever waited fails with what he failed with before, and this suppressed in it
     */
    void restart() throws Exception;
}
