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
 *
 * <p>What if the thread gets no processor? Then the tick stands still while time goes on, and who charged something at
 * that tick did it later than it says. Each standstill is therefore remembered from the tick that stood to a reading of
 * the clock made after the next tick was published: everybody who asks from then on is told a later one. Rest is no
 * standstill: resting is announced before its own reading, and a reader who finds it announced reads the clock himself.
 *
 * <p>Rivals of {@link #lastToldBefore}: it trusts what is recorded only up to the tick that was published <em>and</em>
 * whose standstill before was recorded. A thread that wakes says so before it reads the clock for its first tick, so that
 * an instant from before that reading is before that tick.
 */
public final class ThreadPulse implements Pulse, AutoCloseable {

    private static final long BEAT_NANOS = Duration.ofMillis(1).toNanos();
    private static final long REST_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final Ticker ticker;
    private final List<LongConsumer> work = new CopyOnWriteArrayList<>();
    private final Standstills standstills;
    private final Thread thread;
    private volatile long tick;
    /** No tick earlier than this is told any more, and until when one was is recorded; void while everybody reads the clock. */
    private volatile long settled;

    private volatile boolean resting = true;
    private volatile boolean exact = true;
    private volatile boolean looked;
    private volatile boolean closed;

    /** Starts the pulse. */
    public ThreadPulse(Ticker ticker) {
        this.ticker = ticker;
        this.tick = ticker.nanos();
        this.settled = tick;
        this.standstills = new Standstills(tick);
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
    public long lastToldBefore(long instant, long tolerance) {
        if (!exact && settled - instant < 0) {
            long now = ticker.nanos();
            return now - instant < 0 ? instant : now;
        }
        return standstills.lastToldBefore(instant, tolerance);
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
        long lookedFor = tick;
        while (!closed) {
            long now = publish();
            work(now);
            if (now - lookedFor > REST_AFTER_NANOS) {
                lookedFor = now;
                restUnlessLookedAt();
            } else {
                LockSupport.parkNanos(BEAT_NANOS);
            }
        }
        rest();
    }

    private long publish() {
        boolean woken = resting;
        if (woken) {
            exact = false;
        }
        long stood = tick;
        long now = ticker.nanos();
        tick = now;
        if (woken) {
            resting = false;
        } else {
            standstills.record(stood, ticker.nanos());
        }
        settled = now;
        return now;
    }

    private void work(long now) {
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
        rest();
        if (!looked && !closed) {
            LockSupport.park(this);
        }
    }

    private void rest() {
        if (!resting) {
            resting = true;
            standstills.record(tick, ticker.nanos());
            exact = true;
        }
    }
}
