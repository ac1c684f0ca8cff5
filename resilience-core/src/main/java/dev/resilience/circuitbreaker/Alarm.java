package dev.resilience.circuitbreaker;

import dev.resilience.time.Scheduler.Scheduled;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What is scheduled for the end of one open wait, if anything. Thread-safe.
 *
 * <p>Rivals: whoever opened the breaker sets the alarm, while others may already have moved on and turned it off. Off is
 * the end: what is set afterwards is dropped at once, so nothing is left behind.
 */
final class Alarm {

    private static final Scheduled NONE = () -> {};
    private static final Scheduled OFF = () -> {};

    private final AtomicReference<Scheduled> scheduled = new AtomicReference<>(NONE);

    /** Takes what was scheduled, in place of what went off before. */
    void set(Scheduled next) {
        Scheduled before = scheduled.get();
        if (before == OFF || !scheduled.compareAndSet(before, next)) {
            next.cancel();
        }
    }

    /** Nothing is to be scheduled any more. */
    void turnOff() {
        scheduled.getAndSet(OFF).cancel();
    }
}
