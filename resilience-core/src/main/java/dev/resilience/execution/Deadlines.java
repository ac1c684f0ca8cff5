package dev.resilience.execution;

import dev.resilience.time.Time;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The armed deadlines of all calls, looked at once a beat: no task is scheduled per call.
 *
 * <p>A deadline is armed by one CAS into a slot near the thread's own and disarmed by one store. When the slots nearby
 * are taken, as with a hundred thousand virtual threads, it goes to an overflow set, which costs more and is always
 * right. Thread-safe; a deadline is armed and released by the call it belongs to.
 */
public final class Deadlines {

    private static final int SLOTS = 256;
    private static final int PROBES = 8;
    private static final int SPREAD = 0x9E3779B9;

    private final AtomicReferenceArray<Deadline> slots = new AtomicReferenceArray<>(SLOTS);
    private final Set<Deadline> overflow = ConcurrentHashMap.newKeySet();
    private final Time time;

    /** The deadlines that this time's pulse looks after. */
    public Deadlines(Time time) {
        this.time = time;
        time.pulse().onBeat(this::look);
    }

    void arm(Deadline deadline) {
        int first = (int) Thread.currentThread().getId() * SPREAD >>> 24;
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = first + probe & SLOTS - 1;
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, deadline)) {
                deadline.slot = slot;
                time.pulse().wake();
                return;
            }
        }
        overflow.add(deadline);
        time.pulse().wake();
    }

    void release(Deadline deadline) {
        if (deadline.slot >= 0) {
            slots.setRelease(deadline.slot, null);
        } else {
            overflow.remove(deadline);
        }
    }

    /** How many deadlines are armed: for tests and for the curious. */
    public int armed() {
        int armed = overflow.size();
        for (int slot = 0; slot < SLOTS; slot++) {
            armed += slots.getOpaque(slot) == null ? 0 : 1;
        }
        return armed;
    }

    private void look(long now) {
        boolean busy = false;
        for (int slot = 0; slot < SLOTS; slot++) {
            Deadline deadline = slots.getAcquire(slot);
            if (deadline != null) {
                deadline.look(now, time.ticker());
                busy = true;
            }
        }
        for (Deadline deadline : overflow) {
            deadline.look(now, time.ticker());
            busy = true;
        }
        if (busy) {
            time.pulse().wake();
        }
    }
}
