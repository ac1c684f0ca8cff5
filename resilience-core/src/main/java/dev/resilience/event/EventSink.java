package dev.resilience.event;

/** Takes events. Never throws into the caller and never blocks it. Thread-safe. */
@FunctionalInterface
public interface EventSink {

    /** Takes an event. */
    void publish(ResilienceEvent event);

    /** Whether anybody listens: callers skip building frequent events otherwise. */
    default boolean listening() {
        return true;
    }
}
