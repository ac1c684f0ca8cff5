package dev.resilience.cache;

import dev.resilience.Admission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One result on its way into the cache: a leader loads it, followers wait for it.
 *
 * <p>The simplest way to let followers wait is one signal for all of them. It does for an answer, but when a leader is
 * cancelled all would wake to elect one, and if the elected is cancelled too, all again: ten thousand followers of
 * leaders that fail before they begin would wake fifty million times. So each follower has a signal of its own, and the
 * lead is handed to exactly one that still waits. Leading and waiting change under the lock; nobody is woken under
 * it.
 */
final class Load {

    private final Object key;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Follower> followers = new LinkedHashSet<>();
    private volatile List<Follower> waiting = List.of();
    private volatile @Nullable Kept kept;
    private volatile String operation;
    private boolean ended;
    private boolean outdated;

    Load(Object key, String operation) {
        this.key = key;
        this.operation = operation;
    }

    Object key() {
        return key;
    }

    /** Notes who leads from now on, before he reads: methods that share explicit keys may hand each other the lead. */
    void leads(String operation) {
        this.operation = operation;
    }

    /** The operation of the leader. */
    String operation() {
        return operation;
    }

    /** What it ended with, where that is kept. */
    @Nullable Kept kept() {
        return kept;
    }

    /** Notes that it ends with what was kept before; null if nobody keeps that. */
    void kept(@Nullable Kept before) {
        kept = before;
    }

    /** Lines up a follower; false if the load has ended, and then it is best to ask the cache once more. */
    boolean join(Follower follower) {
        lock.lock();
        try {
            return !ended && followers.add(follower);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a follower out; true if it had been given the lead already, which is then for the next one. */
    boolean leave(Follower follower) {
        lock.lock();
        try {
            return !followers.remove(follower) && follower.isGivenTheLead();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the lead to the first follower, who is still to be woken; null if there is none and the load has ended. */
    @Nullable Follower next() {
        return next(waiting -> waiting.iterator().next());
    }

    /**
     * The same, but to the follower with the most time left, where a leader had too little. The first in line has come only a
     * moment after him and would be late a moment after him: each of ten thousand would ask a source that hangs, for nothing.
     * So it is asked once in the time that a call has.
     */
    @Nullable Follower nextWithMostTime() {
        return next(waiting -> {
            Follower most = waiting.iterator().next();
            for (Follower follower : waiting) {
                most = follower.outlasts(most) ? follower : most;
            }
            return most;
        });
    }

    private @Nullable Follower next(Function<Set<Follower>, Follower> choice) {
        lock.lock();
        try {
            if (followers.isEmpty()) {
                ended = true;
                return null;
            }
            Follower next = choice.apply(followers);
            followers.remove(next);
            next.answer(Admission.proceed());
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the load for good; the followers are answered, and still to be woken. */
    List<Follower> end(Admission answer) {
        lock.lock();
        try {
            ended = true;
            List<Follower> answered = List.copyOf(followers);
            answered.forEach(follower -> follower.answer(answer));
            followers.clear();
            return answered;
        } finally {
            lock.unlock();
        }
    }

    /** A call inside this load waits for another load. */
    void waitsAs(Follower inside) {
        lock.lock();
        try {
            List<Follower> more = new ArrayList<>(waiting);
            more.add(inside);
            waiting = more;
        } finally {
            lock.unlock();
        }
    }

    /** The call inside this load doesn't wait any more. */
    void goesOnAs(Follower inside) {
        lock.lock();
        try {
            waiting = waiting.stream().filter(other -> other != inside).toList();
        } finally {
            lock.unlock();
        }
    }

    /** The calls inside this load that wait for other loads. */
    List<Follower> waiting() {
        return waiting;
    }

    /** What is loaded was overtaken by an invalidation: those who wait get it, but it isn't stored. */
    void outdate() {
        lock.lock();
        try {
            outdated = true;
        } finally {
            lock.unlock();
        }
    }

    /** Stores what it ended with unless it is outdated. Under the lock, so that no invalidation can slip in between. */
    void store(Store store, Kept wanted, long keptNanos) {
        lock.lock();
        try {
            if (!outdated) {
                store.put(key, wanted, keptNanos);
                kept = wanted.failed() == null ? wanted : kept;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is stored, because what was loaded has overtaken it and isn't to be stored; in the same way. */
    void drop(Store store) {
        lock.lock();
        try {
            if (!outdated) {
                store.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }
}
