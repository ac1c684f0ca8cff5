package dev.resilience.sample.carrier;

import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** How the carrier misbehaves now, and a place to wait until it does no longer. */
final class Misbehaviour {

    private final AtomicReference<Mood> mood = new AtomicReference<>(new Mood(Faults.NONE));

    Faults faults() {
        return mood.get().faults();
    }

    void change(Faults changed) {
        mood.getAndSet(new Mood(changed)).over().countDown();
    }

    /** Whether it hung, and now no longer does. */
    boolean hung() throws InterruptedIOException {
        boolean hung = false;
        for (Mood now = mood.get(); now.faults().hangs(); now = mood.get()) {
            hung = true;
            waitFor(now.over());
        }
        return hung;
    }

    private static void waitFor(CountDownLatch end) throws InterruptedIOException {
        try {
            end.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the carrier closes");
        }
    }

    /**
     * How it misbehaves for a while.
     *
     * @param over open once it misbehaves differently
     */
    private record Mood(Faults faults, CountDownLatch over) {

        Mood(Faults faults) {
            this(faults, new CountDownLatch(1));
        }
    }
}
