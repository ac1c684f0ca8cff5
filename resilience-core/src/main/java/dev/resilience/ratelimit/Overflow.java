package dev.resilience.ratelimit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The buckets that keys share who found no room for one of their own, and whether there are such keys. The buckets come
 * with the first of them. Thread-safe.
 */
final class Overflow {

    static final int BUCKETS = 256;

    private final Engines engines;
    private final Runnable whenRoomChanges;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final AtomicBoolean untold = new AtomicBoolean();
    private volatile @Nullable Engine common;
    private volatile Bucket @Nullable [] buckets;

    Overflow(Engines engines, Runnable whenRoomChanges) {
        this.engines = engines;
        this.whenRoomChanges = whenRoomChanges;
    }

    /** The engine of the buckets from now on; until then they have that of whoever charges. */
    void commonEngine(Engine engine) {
        common = engine;
    }

    /** The engine for somebody who has that one otherwise. */
    Engine engine(Engine own) {
        Engine known = common;
        return known == null ? own : known;
    }

    /** Whether there ever was a key without room. */
    boolean exists() {
        return buckets != null;
    }

    /** The bucket that keys with this half of a digest share. */
    Bucket bucket(long low) {
        Bucket[] known = buckets;
        return (known != null ? known : make())[(int) (low & BUCKETS - 1)];
    }

    private synchronized Bucket[] make() {
        Bucket[] known = buckets;
        if (known == null) {
            known = Stream.generate(() -> Bucket.shared(engines)).limit(BUCKETS).toArray(Bucket[]::new);
            buckets = known;
        }
        return known;
    }

    /** See {@link Bucket#restsAt}. */
    long restsAt(long low, long time) {
        return exists() ? bucket(low).restsAt(time) : time;
    }

    /** How many buckets have a charge. */
    int busy(long time) {
        return (int) sum(bucket -> bucket.idle(time) ? 0 : 1);
    }

    /** The sum of this count over all buckets. */
    long sum(ToLongFunction<? super Bucket> count) {
        Bucket[] known = buckets;
        return known == null ? 0 : Stream.of(known).mapToLong(count).sum();
    }

    /** Whether a key found no room, and not all is well again since. */
    boolean isUnderWay() {
        return underWay.get();
    }

    /** A key has found no room. */
    void begins() {
        if (underWay.compareAndSet(false, true)) {
            untold.set(true);
        }
    }

    /** There is room again; all is well if no bucket has a charge. */
    void endsIfIdle(long time) {
        if (busy(time) == 0) {
            underWay.set(false);
            untold.set(true);
        }
    }

    /** Has it told if it has begun or ended, behind no gate. */
    void tell() {
        if (untold.get() && untold.compareAndSet(true, false)) {
            whenRoomChanges.run();
        }
    }
}
