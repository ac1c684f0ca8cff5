package dev.resilience.event;

/**
 * Hears what policies do and see. Thread-safe; called on the thread of the call, so it should be short. What it throws is
 * ignored.
 */
@FunctionalInterface
public interface ResilienceListener {

    /** Something happened. */
    void onEvent(ResilienceEvent event);
}
