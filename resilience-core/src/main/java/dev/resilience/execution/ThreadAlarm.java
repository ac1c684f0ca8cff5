package dev.resilience.execution;

import dev.resilience.Admission.ProceedWithin;
import org.jspecify.annotations.Nullable;

/**
 * An alarm that ends a blocking call by an interrupt of the caller's own thread.
 *
 * <p>The interrupt is given while the call is held in {@link #silence}, and taken away there if the body left it, so it
 * never hits the next call on the thread. A thread that was interrupted by somebody else before keeps that interrupt.
 */
final class ThreadAlarm extends Alarm {

    private final Thread thread;
    private final @Nullable ThreadAlarms shelf;
    private final int place;
    private boolean interrupted;

    /** The one of its last setting, as long as only the call knew it: it serves the next setting, too. */
    private @Nullable Deadline own;

    /** One of several, at this place. */
    ThreadAlarm(Thread thread, ThreadAlarms shelf, int place) {
        this.thread = thread;
        this.shelf = shelf;
        this.place = place;
    }

    /** One for a single deadline. */
    ThreadAlarm(Thread thread) {
        this.thread = thread;
        this.shelf = null;
        this.place = 0;
    }

    @Override
    void ring() {
        if (!thread.isInterrupted()) {
            interrupted = true;
            thread.interrupt();
        }
    }

    @Override
    void afterRinging() {
        if (interrupted) {
            interrupted = false;
            Thread.interrupted();
        }
    }

    @Override
    Deadline deadline(ProceedWithin limit, int position, @Nullable Deadline outer, long setting) {
        Deadline known = own;
        if (known != null) {
            known.again(limit, position, outer, setting);
            return known;
        }
        Deadline fresh = super.deadline(limit, position, outer, setting);
        own = shelf == null ? null : fresh;
        return fresh;
    }

    @Override
    void shown(Deadline deadline) {
        if (own == deadline) {
            own = null;
        }
    }

    @Override
    @Nullable ThreadAlarms lentBy(Route route, Deadline deadline) {
        return shelf == null || own != deadline ? null : shelf.lend(route, place + 1);
    }

    /** The deadline of its setting; null if it was set for none. */
    @Nullable Deadline deadline() {
        return own;
    }

    @Override
    boolean isOneOfACrowd() {
        return shelf == null;
    }

    @Override
    void release() {
        if (shelf != null) {
            shelf.giveBack(place);
        }
    }
}
