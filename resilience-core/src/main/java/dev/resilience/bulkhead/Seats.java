package dev.resilience.bulkhead;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
 * every ticket moves from waiting to seated to gone under one lock. Who gives up learns there whether it has been seated
 * meanwhile, and then it hands on a seat like any other. Nobody passes by the line.
 *
 * <p>While nobody waits, nobody touches the lock. Seats in use and the length of the line share one word, and while its
 * upper half isn't zero only the holder of the lock changes it. A newcomer joins the line by a CAS from a word that says
 * full: either it fails because a seat came free, or whoever leaves next finds somebody waiting. Signals are given after
 * the lock is released.
 */
final class Seats {

    private static final long ONE_SEAT = 1;
    private static final long ONE_WAITING = 1L << 32;

    private final AtomicLong word = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Ticket> line = new LinkedHashSet<>();
    private volatile int limit;
    private volatile int maxWaiting;

    Seats(int limit, int maxWaiting) {
        this.limit = limit;
        this.maxWaiting = maxWaiting;
    }

    /** Takes a free seat, if there is one and nobody waits for it. To be given back by {@link #leave()}. */
    boolean tryTake() {
        long seen = word.get();
        while (seen < limit) {
            if (word.compareAndSet(seen, seen + ONE_SEAT)) {
                return true;
            }
            seen = word.get();
        }
        return false;
    }

    /** Takes a seat, or a place in the line; null if both are full. To be given back by {@link #leave(Ticket)}. */
    @Nullable Ticket takeOrWait() {
        lock.lock();
        try {
            Ticket ticket = null;
            while (ticket == null && hasRoom(word.get())) {
                ticket = tryTake() ? new Ticket(Ticket.State.SEATED) : joinLine(word.get());
            }
            return ticket;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(long seen) {
        return seen < limit || waiting(seen) < maxWaiting;
    }

    private @Nullable Ticket joinLine(long seen) {
        if (seen < limit || waiting(seen) >= maxWaiting || !word.compareAndSet(seen, seen + ONE_WAITING)) {
            return null;
        }
        Ticket ticket = new Ticket(Ticket.State.WAITING);
        line.add(ticket);
        return ticket;
    }

    /** Gives a seat back. */
    void leave() {
        long seen = word.get();
        while (waiting(seen) == 0) {
            if (word.compareAndSet(seen, seen - ONE_SEAT)) {
                return;
            }
            seen = word.get();
        }
        handOn();
    }

    private void handOn() {
        Ticket next;
        lock.lock();
        try {
            word.addAndGet(-ONE_SEAT);
            next = seatNext();
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.signal().complete(null);
        }
    }

    /** Seats the first in line if there is a seat; under the lock. After the limit was lowered, there may be none. */
    private @Nullable Ticket seatNext() {
        Iterator<Ticket> first = line.iterator();
        if (!first.hasNext() || inUse(word.get()) >= limit) {
            return null;
        }
        Ticket next = first.next();
        first.remove();
        next.move(Ticket.State.SEATED);
        word.addAndGet(ONE_SEAT - ONE_WAITING);
        return next;
    }

    /** Gives back what the ticket holds, a seat or a place in the line. A second time, it holds nothing. */
    void leave(Ticket ticket) {
        if (take(ticket) == Ticket.State.SEATED) {
            leave();
        }
    }

    /** Gives up the place in the line, and tells whether that came too late, because the ticket has a seat. */
    boolean isSeatedAfterAll(Ticket ticket) {
        lock.lock();
        try {
            return ticket.isSeated() || take(ticket) == Ticket.State.SEATED;
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
            }
            return before;
        } finally {
            lock.unlock();
        }
    }

    /** Changes the bounds. More seats are given to those in line; where there are fewer, who leaves isn't followed. */
    void resize(int newLimit, int newMaxWaiting) {
        List<Ticket> seated = new ArrayList<>();
        lock.lock();
        try {
            limit = newLimit;
            maxWaiting = newMaxWaiting;
            for (Ticket next = seatNext(); next != null; next = seatNext()) {
                seated.add(next);
            }
        } finally {
            lock.unlock();
        }
        seated.forEach(ticket -> ticket.signal().complete(null));
    }

    int limit() {
        return limit;
    }

    int inUse() {
        return inUse(word.get());
    }

    int waiting() {
        return waiting(word.get());
    }

    private static int inUse(long word) {
        return (int) word;
    }

    private static int waiting(long word) {
        return (int) (word >>> 32);
    }
}
