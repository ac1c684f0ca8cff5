package dev.resilience.bulkhead;

import dev.resilience.key.Retirable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of seats and a bounded line of those who wait for one.
 *
 * <p>A semaphore with a fair queue would do, if its waiters were threads. Ours are calls of any shape, so a waiter is a
 * {@link Ticket} whose signal somebody else completes, and that is where permits get lost: the waiter's time runs out at
 * the very moment it is handed a seat, each side believes that the other one took care, and the seat is gone.
 *
 * <p>So a seat is handed to the first in line before anybody else can take it, and who holds it is decided in one place:
 * every ticket moves from waiting to seated or shed to gone under one lock. Who gives up learns there whether it has been
 * seated meanwhile, and then it hands on a seat like any other. Nobody passes by the line, and only who is more important
 * than the last in a full one takes its place.
 *
 * <p>While nobody waits, nobody touches the lock. Seats in use and the length of the line share one word, and only the
 * holder of the lock changes its upper half. While that isn't zero nobody takes a seat without the lock; seats are left
 * without it always, and who finds out that somebody waits then hands on what is free. A newcomer joins the line by a CAS
 * from a word that says full: either it fails because a seat came free, or whoever leaves next finds somebody waiting.
 * Signals are given after the lock is released.
 *
 * <p>Seats that nobody uses can be retired; from then on the word says full, and nobody can join.
 */
final class Seats implements Retirable {

    private static final long ONE_SEAT = 1;
    private static final long ONE_WAITING = 1L << 32;
    private static final long RETIRED = Long.MAX_VALUE;

    private final Bounds bounds;
    private final AtomicLong word = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeSet<Ticket> line = new TreeSet<>();
    private long arrivals;

    Seats(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Takes a seat that anybody may take, if nobody waits for it. To be given back by {@link #leave()}. */
    boolean tryTake() {
        return tryTakeOneOf(bounds.forAnybody());
    }

    /** Takes any free seat, if nobody waits for it. To be given back by {@link #leave()}. */
    boolean tryTakeAny() {
        return tryTakeOneOf(bounds.limit());
    }

    private boolean tryTakeOneOf(int first) {
        long seen = word.get();
        while (seen < first) {
            long found = word.compareAndExchange(seen, seen + ONE_SEAT);
            if (found == seen) {
                return true;
            }
            seen = found;
        }
        return false;
    }

    /**
     * Takes a seat, or a place in the line; null if both are full, or these seats are retired. To be given back by
     * {@link #leave(Ticket)}.
     *
     * @param now when the wait begins, in nanoseconds
     */
    @Nullable Ticket takeOrWait(int priority, long now) {
        Ticket ticket;
        Ticket shed;
        lock.lock();
        try {
            shed = lastIfLessThan(priority);
            ticket = seatOrPlace(priority, now, shed != null);
            shed = ticket == null || ticket.isSeated() ? null : shed;
            if (shed != null) {
                dismiss(shed);
            }
        } finally {
            lock.unlock();
        }
        if (shed != null) {
            shed.signal().complete(null);
        }
        return ticket;
    }

    /** Who has to go from a full line for somebody so important, if anybody. */
    private @Nullable Ticket lastIfLessThan(int priority) {
        boolean full = !line.isEmpty() && line.size() >= bounds.maxWaiting();
        return full && line.last().priority() < priority ? line.last() : null;
    }

    private @Nullable Ticket seatOrPlace(int priority, long now, boolean placeComesFree) {
        long seen = word.get();
        while (seen != RETIRED) {
            boolean joins = seen >= bounds.limit();
            if (joins && !placeComesFree && waiting(seen) >= bounds.maxWaiting()) {
                return null;
            }
            if (word.compareAndSet(seen, seen + (joins ? ONE_WAITING : ONE_SEAT))) {
                return joins ? joined(priority, now) : ticket(priority, now, Ticket.State.SEATED);
            }
            seen = word.get();
        }
        return null;
    }

    private Ticket joined(int priority, long now) {
        Ticket ticket = ticket(priority, now, Ticket.State.WAITING);
        line.add(ticket);
        return ticket;
    }

    private Ticket ticket(int priority, long now, Ticket.State state) {
        return new Ticket(this, priority, arrivals++, now, state);
    }

    private void dismiss(Ticket shed) {
        line.remove(shed);
        shed.move(Ticket.State.SHED);
        word.addAndGet(-ONE_WAITING);
        bounds.shed.increment();
    }

    /** Gives a seat back. */
    void leave() {
        if (waiting(word.getAndAdd(-ONE_SEAT)) > 0) {
            handOn();
        }
    }

    /** Gives those first in line the seats that are free. After the limit was lowered, there may be none. */
    void handOn() {
        List<Ticket> seated = new ArrayList<>(1);
        lock.lock();
        try {
            while (!line.isEmpty() && inUse(word.get()) < bounds.limit()) {
                Ticket next = line.pollFirst();
                next.move(Ticket.State.SEATED);
                word.addAndGet(ONE_SEAT - ONE_WAITING);
                seated.add(next);
            }
        } finally {
            lock.unlock();
        }
        seated.forEach(ticket -> ticket.signal().complete(null));
    }

    /** Gives back what the ticket holds, a seat or a place in the line. A second time, it holds nothing. */
    void leave(Ticket ticket) {
        if (take(ticket) == Ticket.State.SEATED) {
            leave();
        }
    }

    /**
     * Ends the wait of the ticket and tells where it stood: on a seat, which it keeps, or in the line, whose place it has
     * given up, or nowhere.
     */
    Ticket.State endWait(Ticket ticket) {
        lock.lock();
        try {
            return ticket.isSeated() ? Ticket.State.SEATED : take(ticket);
        } finally {
            lock.unlock();
        }
    }

    private Ticket.State take(Ticket ticket) {
        lock.lock();
        try {
            Ticket.State before = ticket.move(Ticket.State.GONE);
            if (before == Ticket.State.WAITING) {
                line.remove(ticket);
                word.addAndGet(-ONE_WAITING);
                bounds.gaveUp.increment();
            }
            return before;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isAtRest(long now) {
        return word.get() == 0;
    }

    @Override
    public boolean retire(long now) {
        return word.compareAndSet(0, RETIRED) || isRetired();
    }

    boolean isRetired() {
        return word.get() == RETIRED;
    }

    int inUse() {
        return inUse(word.get());
    }

    int waiting() {
        return waiting(word.get());
    }

    /** How long the one waits who has waited longest. */
    long longestWaitNanos(long now) {
        lock.lock();
        try {
            return line.stream().mapToLong(ticket -> now - ticket.since()).max().orElse(0);
        } finally {
            lock.unlock();
        }
    }

    private static int inUse(long word) {
        return word == RETIRED ? 0 : (int) word;
    }

    private static int waiting(long word) {
        return word == RETIRED ? 0 : (int) (word >>> 32);
    }
}
