package dev.resilience.event;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells every listener of every event. One that throws, be it an {@code Error}, is counted and ignored: neither the call
 * nor the other listeners notice. Thread-safe.
 */
public final class Listeners implements EventSink {

    private final Supplier<List<ResilienceListener>> source;
    private final LongAdder failures = new LongAdder();
    private volatile @Nullable List<ResilienceListener> listeners;

    /** A sink for these listeners. */
    public Listeners(List<ResilienceListener> listeners) {
        this(() -> listeners);
    }

    /** A sink for listeners that are asked for with the first event, because they may need what publishes events. */
    public Listeners(Supplier<List<ResilienceListener>> source) {
        this.source = source;
    }

    @Override
    public void publish(ResilienceEvent event) {
        for (ResilienceListener listener : known()) {
            try {
                listener.onEvent(event);
            } catch (Throwable thrown) {
                failures.increment();
            }
        }
    }

    @Override
    public boolean listening() {
        return !known().isEmpty();
    }

    /** How often a listener threw. */
    public long failures() {
        return failures.sum();
    }

    /** Asking twice, on two threads at once, gives the same listeners twice. */
    private List<ResilienceListener> known() {
        List<ResilienceListener> known = listeners;
        if (known == null) {
            known = List.copyOf(source.get());
            listeners = known;
        }
        return known;
    }
}
