package dev.resilience.execution;

import dev.resilience.time.Time;
import dev.resilience.time.VirtualThreads;
import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of all calls, looked at once a beat: no task is scheduled per call.
 *
 * <p>A blocking call uses the alarms of its thread, which are registered with its first deadline and forgotten when the
 * thread has died. There may be too many virtual threads to look at each of them, and calls that go on on any thread have
 * none: their alarms go into the {@link Crowd}. Thread-safe.
 */
public final class Deadlines {

    private static final int BEATS_BETWEEN_BURIALS = 64;
    private static final WeakReference<@Nullable ThreadAlarms> NONE = new WeakReference<>(null);

    /** The threads hold on to nothing of ours, so that they don't keep an application alive that has ended. */
    private final ThreadLocal<WeakReference<@Nullable ThreadAlarms>> ofThread =
            ThreadLocal.withInitial(this::registerThread);

    private final Queue<ThreadAlarms> threads = new ConcurrentLinkedQueue<>();
    private final Crowd crowd = new Crowd();
    private final Time time;
    private int beats;

    /** The deadlines that this time's pulse looks after. */
    public Deadlines(Time time) {
        this.time = time;
        time.pulse().onBeat(this::look);
    }

    /** An alarm that interrupts the current thread, whose cell this is. @return the alarm, whose setting is yours */
    Alarm interrupting(@Nullable Object[] cell) {
        ThreadAlarms last = last(cell);
        ThreadAlarms own = last != null && last.of == this ? last : registered(cell, last);
        return own == null ? new ThreadAlarm(Thread.currentThread()) : own.take();
    }

    /** The alarms that the thread of this cell used last, or null. */
    static @Nullable ThreadAlarms last(@Nullable Object[] cell) {
        return cell[ThreadCell.ALARMS] instanceof WeakReference<?> kept ? (ThreadAlarms) kept.get() : null;
    }

    private @Nullable ThreadAlarms registered(@Nullable Object[] cell, @Nullable ThreadAlarms last) {
        WeakReference<@Nullable ThreadAlarms> own = ofThread.get();
        if (own != NONE && (last == null || !last.areLent())) {
            cell[ThreadCell.ALARMS] = own;
        }
        return own.get();
    }

    /** Sets the alarm. @return its setting */
    long set(Alarm alarm, long nanos) {
        long setting = alarm.set(nanos);
        if (alarm.isOneOfACrowd()) {
            crowd.add(alarm);
        }
        time.pulse().wake();
        return setting;
    }

    /** How many deadlines are armed: for tests and for the curious. */
    public int armed() {
        return threads.stream().mapToInt(ThreadAlarms::set).sum() + crowd.set();
    }

    private WeakReference<@Nullable ThreadAlarms> registerThread() {
        Thread thread = Thread.currentThread();
        if (VirtualThreads.is(thread)) {
            return NONE;
        }
        ThreadAlarms alarms = new ThreadAlarms(this, thread);
        threads.add(alarms);
        return new WeakReference<>(alarms);
    }

    private void look(long beat) {
        boolean busy = crowd.look(beat, time.ticker());
        for (ThreadAlarms alarms : threads) {
            busy |= alarms.look(beat, time.ticker());
        }
        if (++beats % BEATS_BETWEEN_BURIALS == 0) {
            threads.removeIf(ThreadAlarms::isOfTheDead);
        }
        if (busy) {
            time.pulse().wake();
        }
    }
}
