package dev.resilience.ratelimit;

import dev.resilience.Call;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What each key has charged, in bounded memory. Thread-safe.
 *
 * <p><b>What if there are more keys than fit?</b> Forgetting one would be the simplest answer, and a gift: whoever was
 * blocked could wash itself clean with a flood of invented keys. So a key with a charge never leaves, and a key that
 * finds no room shares one of {@value #SHARED_BUCKETS} buckets with others, by its hash, under the policy's own limits,
 * whatever override or tier it would have: strict, never generous. While its shared bucket has a charge, a new key stays with it, even if there is room again, because
 * part of that charge may be its own.
 */
final class KeyStore {

    static final int SHARED_BUCKETS = 256;

    private static final int MOST_TABLES = 64;
    private static final int KEYS_PER_TABLE = 256;
    private static final int PLACES_SWEPT_FOR_ROOM = 16;

    private final Engines engines;
    private final Timeline timeline;
    private final KeyHash hashes;
    private final Runnable whenFull;
    private final KeyTable[] tables;
    private final AtomicInteger sweptElsewhere = new AtomicInteger();
    private final AtomicInteger keys = new AtomicInteger();
    private volatile int maxKeys;
    private volatile @Nullable Engine sharedEngine;
    private volatile Bucket @Nullable [] shared;
    private final AtomicBoolean full = new AtomicBoolean();
    private final AtomicBoolean untold = new AtomicBoolean();

    /** @param whenFull runs, outside of all gates, when the first key finds no room; again after all shared buckets rested */
    KeyStore(Engines engines, KeyHash hashes, int maxKeys, Runnable whenFull) {
        this.engines = engines;
        this.timeline = engines.timeline();
        this.hashes = hashes;
        this.maxKeys = maxKeys;
        this.whenFull = whenFull;
        int wanted = Math.max(1, Math.min(MOST_TABLES, Integer.highestOneBit(maxKeys / KEYS_PER_TABLE)));
        this.tables = Stream.generate(() -> new KeyTable(engines, hashes))
                .limit(wanted)
                .toArray(KeyTable[]::new);
    }

    /** How many keys may have a state of their own from now on. Those that have one keep it. */
    void maxKeys(int most) {
        maxKeys = most;
    }

    /** The engine of the shared buckets from now on; until then they have that of whoever charges. */
    void sharedEngine(Engine engine) {
        sharedEngine = engine;
    }

    /** Charges as soon as possible, if that is within the wait. See {@link Ticket}. */
    long charge(Object key, Engine engine, Call call, long cost, long maxWait) {
        long ticket = chargeBehindGate(key, hashes.of(key), engine, call, cost, maxWait);
        if (Ticket.isShared(ticket) && keys.get() >= maxKeys) {
            sweepElsewhere(call);
        }
        if (untold.get() && untold.compareAndSet(true, false)) {
            whenFull.run();
        }
        return ticket;
    }

    /** Makes room for the next newcomer: the idle keys may all be in tables that nobody visits. */
    private void sweepElsewhere(Call call) {
        KeyTable table = tables[sweptElsewhere.getAndIncrement() & tables.length - 1];
        table.enter();
        try {
            forget(table.sweep(PLACES_SWEPT_FOR_ROOM, timeline.tick(call)));
        } finally {
            table.leave();
        }
    }

    private long chargeBehindGate(Object key, long hash, Engine engine, Call call, long cost, long maxWait) {
        KeyTable table = table(hash);
        table.enter();
        try {
            int place = table.find(key, hash);
            if (place < 0) {
                return chargeNewcomer(table, key, hash, engine, call, cost, maxWait);
            }
            long ticket = table.charge(place, engine, call, cost, maxWait);
            forget(table.sweepNowAndThen(call));
            return ticket;
        } finally {
            table.leave();
        }
    }

    /** The rival is the same key on another thread: what its shared bucket has is looked at behind the gate of its table. */
    private long chargeNewcomer(
            KeyTable table, Object key, long hash, Engine engine, Call call, long cost, long maxWait) {
        long time = timeline.now(call);
        forget(table.sweep(PLACES_SWEPT_FOR_ROOM, time));
        boolean free = shared == null || sharedBucket(hash).idle(time);
        if (!free || keys.incrementAndGet() > maxKeys) {
            return chargeShared(free, hash, engine, call, cost, maxWait);
        }
        int place = table.insert(key, hash, Ledger.fresh(engine));
        if (place < 0) {
            return chargeShared(true, hash, engine, call, cost, maxWait);
        }
        long ticket = table.charge(place, engine, call, cost, maxWait);
        restWhenRoomy(time);
        return ticket;
    }

    private long chargeShared(boolean counted, long hash, Engine engine, Call call, long cost, long maxWait) {
        if (counted) {
            keys.decrementAndGet();
        }
        if (full.compareAndSet(false, true)) {
            untold.set(true);
        }
        return Ticket.shared(sharedBucket(hash).charge(whenShared(engine), call, cost, maxWait));
    }

    private Engine whenShared(Engine engine) {
        Engine common = sharedEngine;
        return common == null ? engine : common;
    }

    /** Most often none has left, and then the counter that all threads share isn't touched. */
    private void forget(int left) {
        if (left > 0) {
            keys.addAndGet(-left);
        }
    }

    private void restWhenRoomy(long time) {
        if (full.get() && keys.get() < maxKeys - maxKeys / 10 && !isOverflowing(time)) {
            full.set(false);
        }
    }

    /** Gives back what this ticket was given for. */
    void refund(Object key, long ticket, long cost) {
        long hash = hashes.of(key);
        if (Ticket.isShared(ticket)) {
            sharedBucket(hash).refund(Ticket.time(ticket), cost);
            return;
        }
        KeyTable table = table(hash);
        table.enter();
        try {
            int place = table.find(key, hash);
            if (place >= 0) {
                table.refund(table.charges(place), Ticket.time(ticket), cost);
            }
        } finally {
            table.leave();
        }
    }

    /** Why the cost doesn't pass, or null if it does by now. */
    @Nullable Refusal refusal(Object key, Engine engine, long time, long cost, long maxWait) {
        long hash = hashes.of(key);
        KeyTable table = table(hash);
        table.enter();
        try {
            int place = table.find(key, hash);
            if (place < 0 && shared != null) {
                return sharedBucket(hash).refusal(whenShared(engine), time, cost, maxWait);
            }
            return table.refusal(place < 0 ? null : table.charges(place), engine, time, cost, maxWait);
        } finally {
            table.leave();
        }
    }

    Usage usage(Object key, Engine engine, long time) {
        long hash = hashes.of(key);
        KeyTable table = table(hash);
        table.enter();
        try {
            int place = table.find(key, hash);
            if (place < 0 && shared != null) {
                return sharedBucket(hash).usage(whenShared(engine), time);
            }
            return table.usage(place < 0 ? null : table.charges(place), engine, time);
        } finally {
            table.leave();
        }
    }

    /** How many keys have a state of their own. */
    int keys() {
        return keys.get();
    }

    private boolean isOverflowing(long time) {
        Bucket[] buckets = shared;
        return buckets != null && !Stream.of(buckets).allMatch(bucket -> bucket.idle(time));
    }

    /** How many shared buckets have a charge. */
    int overflowing(long time) {
        Bucket[] buckets = shared;
        int busy = 0;
        for (int bucket = 0; buckets != null && bucket < SHARED_BUCKETS; bucket++) {
            busy += buckets[bucket].idle(time) ? 0 : 1;
        }
        return busy;
    }

    long permitted() {
        return sum(Ledger::permitted);
    }

    long refunded() {
        return sum(Ledger::refunded);
    }

    long refused() {
        return sum(Ledger::refused);
    }

    private long sum(ToLongFunction<Ledger> count) {
        long sum = 0;
        for (KeyTable table : tables) {
            sum += count.applyAsLong(table);
        }
        Bucket[] buckets = shared;
        for (int bucket = 0; buckets != null && bucket < SHARED_BUCKETS; bucket++) {
            sum += count.applyAsLong(buckets[bucket]);
        }
        return sum;
    }

    private KeyTable table(long hash) {
        return tables[(int) (hash >>> 58) & tables.length - 1];
    }

    private Bucket sharedBucket(long hash) {
        Bucket[] buckets = shared;
        return (buckets != null ? buckets : makeShared())[(int) (hash & SHARED_BUCKETS - 1)];
    }

    private synchronized Bucket[] makeShared() {
        Bucket[] buckets = shared;
        if (buckets == null) {
            buckets = Stream.generate(() -> new Bucket(engines))
                    .limit(SHARED_BUCKETS)
                    .toArray(Bucket[]::new);
            shared = buckets;
        }
        return buckets;
    }
}
