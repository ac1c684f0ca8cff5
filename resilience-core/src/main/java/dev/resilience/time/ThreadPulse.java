package dev.resilience.time;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * The pulse of a running application: one daemon thread that beats every millisecond while somebody looks.
 *
 * <p>How can a clock be free to read, and cost nothing while nobody reads it? A reader that would wake the thread at
 * every look pays more than the exact clock costs; a thread that beats for ever keeps an idle machine awake. So readers
 * leave a mark, which they only write when it isn't there yet, and the thread takes the mark away once a second: finding
 * none, it rests. A resting pulse stands still, and a clock that stands still would tell an old time: a reader that finds
 * the pulse at rest reads the exact clock itself and wakes it. The tick is therefore never more than a few beats old,
 * and never ahead, because it is only ever set to a time that was read before.
 */
public final class ThreadPulse implements Pulse, AutoCloseable {

    private static final long BEAT_NANOS = Duration.ofMillis(1).toNanos();
    private static final long REST_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final Ticker ticker;
    private final List<LongConsumer> work = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile long tick;
    private volatile boolean resting = true;
    private volatile boolean looked;
    private volatile boolean closed;

    /** Starts the pulse. */
    public ThreadPulse(Ticker ticker) {
        this.ticker = ticker;
        this.tick = ticker.nanos();
        this.thread = new Thread(this::run, "resilience-pulse");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public long tick() {
        if (!looked) {
            looked = true;
        }
        return resting ? awake() : tick;
    }

    @Override
    public void onBeat(LongConsumer beat) {
        work.add(beat);
    }

    @Override
    public void wake() {
        if (!looked) {
            looked = true;
        }
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends the thread; from then on the tick is the exact time. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private long awake() {
        LockSupport.unpark(thread);
        return ticker.nanos();
    }

    private void run() {
        long lookedFor = ticker.nanos();
        while (!closed) {
            long now = ticker.nanos();
            beat(now);
            if (now - lookedFor > REST_AFTER_NANOS) {
                lookedFor = now;
                restUnlessLookedAt();
            } else {
                LockSupport.parkNanos(BEAT_NANOS);
            }
        }
        resting = true;
    }

    private void beat(long now) {
        tick = now;
        resting = false;
        for (LongConsumer each : work) {
            try {
                each.accept(now);
            } catch (Throwable thrown) {
                // A pulse that dies of one worker stops every clock and every deadline of the others.
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            }
        }
    }

    /** Rivals: a reader that leaves its mark between the two looks finds the pulse resting and wakes it. */
    private void restUnlessLookedAt() {
        if (looked) {
            looked = false;
            return;
        }
        resting = true;
        if (!looked && !closed) {
            LockSupport.park(this);
        }
    }
}
