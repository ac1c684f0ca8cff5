package dev.resilience.spring.client;

import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Scheduler.Scheduled;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One request of a blocking client, and the answer to it, within the deadline of the guarded call that makes it.
 *
 * <p>How does a request end in time? The simple answer is to give the client what is left as its timeout. But clients
 * count the time to connect, the time for the pool, and the time between two bytes each on its own, so a server that lets
 * a byte drip now and then is never late; and what the user has told the client would have to be known, lest it gets longer.
 * So the client keeps its timeouts, and the request is ended from outside when the deadline passes, whatever it is doing.
 *
 * <p>Who knows what stops a client at what it is doing says so by {@link #cancelBy}. What doesn't end by that is ended by
 * an interrupt of the thread that waits in it, which is given only while it does, and taken back when it leaves; so it hits
 * neither the caller's own code nor the next call on the thread. The guard of a blocking method interrupts its thread itself, and would
 * believe that somebody else was faster; it is left some time to do so first.
 *
 * <p>Used by one thread at a time; its rival is the time, and both go by {@code over} and {@code state}: who waits looks
 * at the one after having set the other, and the time the other way round, so one of them sees the other.
 */
final class Exchange {

    private static final ThreadLocal<@Nullable Exchange> CURRENT = new ThreadLocal<>();

    /** Several times the beat in which guards look at their deadlines. */
    private static final long BEHIND_THE_GUARD = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int ELSEWHERE = 0;
    private static final int WAITING = 1;
    private static final int INTERRUPTING = 2;
    private static final int INTERRUPTED = 3;

    private final CallDeadline deadline;
    private final Scheduler scheduler;
    private final AtomicInteger state = new AtomicInteger(ELSEWHERE);
    private @Nullable Thread waiter;
    private boolean flagIsOurs;
    private volatile boolean over;
    private volatile boolean ended;
    private volatile @Nullable Runnable cancellation;
    private volatile @Nullable Scheduled alarm;

    Exchange(CallDeadline deadline, Scheduler scheduler) {
        this.deadline = deadline;
        this.scheduler = scheduler;
    }

    /** The exchange that the current thread is about to begin, or null. */
    static @Nullable Exchange current() {
        return CURRENT.get();
    }

    /** Sends the request and waits for the beginning of the answer. @throws CallTimedOutException if there is no time for it */
    <T> T begin(Waiting<T> sending) throws IOException {
        refuseIfOver();
        setAlarm(this::ring, deadline.remainingNanos());
        Exchange around = CURRENT.get();
        CURRENT.set(this);
        boolean begun = false;
        try {
            T answer = await(sending);
            begun = true;
            return answer;
        } finally {
            if (around == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(around);
            }
            if (!begun) {
                leaveInPeace();
            }
        }
    }

    /** Does what waits for the server. @throws CallTimedOutException if the time is over before, or while it fails */
    <T> T await(Waiting<T> waiting) throws IOException {
        enter();
        try {
            refuseIfOver();
            return waiting.get();
        } catch (CallTimedOutException expiry) {
            throw expiry;
        } catch (IOException | RuntimeException failure) {
            if (isOver()) {
                throw expiry(failure);
            }
            throw failure;
        } finally {
            leave();
        }
    }

    /** Closes the answer. Clients read to its end first, to use the connection again; when the time is over they must not wait for that. */
    void end(Closing closing) throws IOException {
        enter();
        over = isOver();
        boolean hurried = over && !cancel() && !Thread.currentThread().isInterrupted();
        if (hurried) {
            Thread.currentThread().interrupt();
        }
        try {
            closing.close();
        } finally {
            leaveInPeace();
            leave();
            if (hurried) {
                Thread.interrupted();
            }
        }
    }

    /** Ends what the client is doing this way when the time is over. Done on any thread, and perhaps more than once. */
    void cancelBy(Runnable action) {
        cancellation = action;
        if (over) {
            cancel();
        }
    }

    /** Whether that could be done; what can't be cancelled is left to the interrupt. */
    private boolean cancel() {
        Runnable action = cancellation;
        if (action == null) {
            return false;
        }
        try {
            action.run();
            return true;
        } catch (RuntimeException refused) {
            return false;
        }
    }

    private void refuseIfOver() {
        if (isOver()) {
            throw deadline.timedOut();
        }
    }

    private boolean isOver() {
        return over || !deadline.isLifted() && deadline.isOver();
    }

    private CallTimedOutException expiry(Exception failure) {
        CallTimedOutException expiry = deadline.timedOut();
        expiry.addSuppressed(failure);
        return expiry;
    }

    private void enter() {
        waiter = Thread.currentThread();
        flagIsOurs = false;
        state.set(WAITING);
    }

    private void leave() {
        if (state.compareAndSet(WAITING, ELSEWHERE)) {
            return;
        }
        while (state.get() == INTERRUPTING) {
            Thread.onSpinWait();
        }
        state.set(ELSEWHERE);
        if (flagIsOurs) {
            Thread.interrupted();
        }
    }

    private void leaveInPeace() {
        ended = true;
        Scheduled pending = alarm;
        if (pending != null) {
            pending.cancel();
        }
    }

    /** The time may be over. What has left its call since then is left alone: it isn't the guard's any more. */
    private void ring() {
        if (ended || deadline.isLifted()) {
            return;
        }
        long left = deadline.remainingNanos();
        if (left > 0) {
            setAlarm(this::ring, left);
            return;
        }
        over = true;
        cancel();
        setAlarm(this::interrupt, BEHIND_THE_GUARD);
    }

    private void interrupt() {
        if (!ended && state.compareAndSet(WAITING, INTERRUPTING)) {
            try {
                flagIsOurs = !waiter.isInterrupted();
                waiter.interrupt();
            } finally {
                state.set(INTERRUPTED);
            }
        }
    }

    /** An application that is closing has nobody to ring; what the client itself was told still holds. */
    private void setAlarm(Runnable ringing, long nanos) {
        try {
            Scheduled set = scheduler.schedule(ringing, nanos);
            alarm = set;
            if (ended) {
                set.cancel(); // who ended it meanwhile has perhaps seen the one before
            }
        } catch (RejectedExecutionException closing) {
            alarm = null;
        }
    }

    /** What waits for the server. */
    @FunctionalInterface
    interface Waiting<T> {
        T get() throws IOException;
    }

    /** What gives the connection back. */
    @FunctionalInterface
    interface Closing {
        void close() throws IOException;
    }
}
