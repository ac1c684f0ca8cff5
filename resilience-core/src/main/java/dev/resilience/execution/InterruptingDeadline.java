package dev.resilience.execution;

/**
 * A deadline that ends a blocking call by an interrupt of the caller's own thread.
 *
 * <p>The interrupt is given while the call is held in {@link #disarm}, and taken away there if the body left it, so it
 * never hits the next call on the thread. A thread that was interrupted by somebody else before keeps that interrupt.
 */
final class InterruptingDeadline extends Deadline {

    private final Thread thread = Thread.currentThread();
    private boolean interrupted;

    InterruptingDeadline(long nanos, boolean wholeStream) {
        super(nanos, wholeStream);
    }

    @Override
    void fire() {
        if (!thread.isInterrupted()) {
            interrupted = true;
            thread.interrupt();
        }
    }

    @Override
    void afterFiring() {
        if (interrupted) {
            Thread.interrupted();
        }
    }
}
