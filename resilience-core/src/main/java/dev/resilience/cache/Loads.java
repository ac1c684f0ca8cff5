package dev.resilience.cache;

import dev.resilience.Admission;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The loads of a cache that are under way, one of a key at most. Thread-safe. */
final class Loads {

    private final ConcurrentMap<Object, Load> running = new ConcurrentHashMap<>();

    /** Begins this load, unless there is one of its key: then that one is given. */
    @Nullable Load begin(Load load) {
        return running.putIfAbsent(load.key(), load);
    }

    /** Ends a load for good. @return how many waited for it */
    int end(Load load, Admission answer) {
        forget(load);
        List<Follower> followers = load.end(answer);
        followers.forEach(Follower::wake);
        return followers.size();
    }

    /** Hands the lead to the first follower; the load ends where nobody waits. */
    void handOver(Load load) {
        handOver(load, load.next());
    }

    /** Has this follower go on, who was given the lead; null where nobody waited and the load has ended. */
    void handOver(Load load, @Nullable Follower next) {
        if (next == null) {
            forget(load);
            return;
        }
        next.wake();
    }

    /** Makes room for a new load, where this one has ended. */
    void forget(Load load) {
        running.remove(load.key(), load);
    }

    /** What this load ends with isn't to be kept, and the next caller loads anew. */
    void outdate(Load load) {
        load.outdate();
        forget(load);
    }

    @Nullable Load of(Object key) {
        return running.get(key);
    }

    /** Those of this moment and of a little later. */
    Collection<Load> all() {
        return running.values();
    }
}
