package dev.resilience.execution;

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
