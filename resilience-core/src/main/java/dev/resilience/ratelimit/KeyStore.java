package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.KeyStanding;
import dev.resilience.key.Digest;
import dev.resilience.key.Digests;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What each key has charged, in bounded memory. Thread-safe.
 *
 * <p><b>What if there are more keys than fit?</b> Forgetting one would be the simplest answer, and a gift: whoever was
 * blocked could wash itself clean with a flood of invented keys. So a key with a charge never leaves, and a key that
 * finds no room shares one of {@value Overflow#BUCKETS} buckets with others, by its hash, under the policy's own limits,
 * whatever override or tier it would have: strict, never generous. While its shared bucket has a charge, a new key stays
 * with it, even if there is room again, because part of that charge may be its own.
 */
final class KeyStore {

    private static final int FEW_TABLES = 64;
    private static final int MOST_TABLES = 4096;
    private static final int FEW_KEYS_PER_TABLE = 256;
    private static final int KEYS_PER_TABLE = 16384;
    private static final int RECORDS_SWEPT_FOR_ROOM = 16;

    private final Timeline timeline;
    private final Digests digests;
    private final Overflow overflow;
    private final KeyTable[] tables;
    private final AtomicInteger sweptElsewhere = new AtomicInteger();
    private final AtomicInteger keys = new AtomicInteger();
    private volatile int maxKeys;

    /** @param whenRoomChanges runs, outside of all gates, when a first key finds no room and when keys do again, see {@link #isFull} */
    KeyStore(Engines engines, Digests digests, int maxKeys, Runnable whenRoomChanges) {
        this.timeline = engines.timeline();
        this.digests = digests;
        this.maxKeys = maxKeys;
        this.overflow = new Overflow(engines, whenRoomChanges);
        this.tables = Stream.generate(() -> new KeyTable(engines))
                .limit(tablesFor(maxKeys))
                .toArray(KeyTable[]::new);
    }

    /** Enough that threads seldom meet, and that growing one of them takes no longer where there are millions of keys. */
    private static int tablesFor(int keys) {
        int forThreads = Math.min(FEW_TABLES, keys / FEW_KEYS_PER_TABLE);
        int forKeys = Math.min(MOST_TABLES, keys / KEYS_PER_TABLE);
        return Integer.highestOneBit(Math.max(1, Math.max(forThreads, forKeys)));
    }

    /** How many keys may have a state of their own from now on. Those that have one keep it. */
    void maxKeys(int most) {
        maxKeys = most;
    }

    /** The buckets of those who find no room. */
    Overflow overflow() {
        return overflow;
    }

    /** See {@link Ledger#decide}. */
    long charge(Object key, Engine engine, Call call, long cost, long maxWait) {
        Digest digest = digests.of(key);
        long ticket = charge(digest.high(), digest.low(), digest.beside(), engine, call, cost, maxWait);
        afterwards(Ticket.isShared(ticket), call);
        return ticket;
    }

    /** What a decision of several limiters needs of this key. */
    Held hold(Object key, Engine engine, Call call) {
        Digest digest = digests.of(key);
        KeyTable table = table(digest.high());
        return new Held.OfKey(this, table, digest, engine, call, timeline.now(call));
    }

    /** What is left to do behind no gate. */
    void afterwards(boolean wasShared, Call call) {
        if (wasShared && keys.get() >= maxKeys) {
            sweepElsewhere(call);
        }
        overflow.tell();
    }

    /** Makes room for the next newcomer: the idle keys may all be in tables that nobody visits. */
    private void sweepElsewhere(Call call) {
        KeyTable table = tables[sweptElsewhere.getAndIncrement() & tables.length - 1];
        table.enter();
        try {
            forget(table.sweep(RECORDS_SWEPT_FOR_ROOM, timeline.tick(call)));
        } finally {
            table.leave();
        }
    }

    private long charge(
            long high, long low, @Nullable Object beside, Engine engine, Call call, long cost, long maxWait) {
        KeyTable table = table(high);
        table.enter();
        try {
            int place = table.find(high, low, beside);
            if (place == KeyTable.NOWHERE) {
                return chargeNewcomer(table, high, low, beside, engine, call, cost, maxWait);
            }
            long ticket = table.decide(place, engine, call, cost, maxWait);
            forget(table.sweepNowAndThen(call));
            return ticket;
        } finally {
            table.leave();
        }
    }

    private long chargeNewcomer(
            KeyTable table,
            long high,
            long low,
            @Nullable Object beside,
            Engine engine,
            Call call,
            long cost,
            long maxWait) {
        long time = table.advance(timeline.now(call));
        sweepForRoom(table, time);
        int place = placeOfNewcomer(table, high, low, beside, engine, time);
        if (place == KeyTable.NOWHERE) {
            return Ticket.shared(overflow.bucket(low).charge(overflow.engine(engine), call, time, cost, maxWait));
        }
        long ticket = table.decide(place, engine, call, cost, maxWait);
        restWhenRoomy(time);
        return ticket;
    }

    /** Behind the gate of the table, where a key has come. Places change. */
    void sweepForRoom(KeyTable table, long time) {
        forget(table.sweep(RECORDS_SWEPT_FOR_ROOM, time));
    }

    /**
     * Behind the gate of its table: the place of a key that isn't there, or {@link KeyTable#NOWHERE} if it has to share.
     * Other places change. The rival is the same key on another thread, so what the shared bucket has is looked at here.
     *
     * <p>Between its own state and a shared one a key changes gates, and with them the latest time. It takes that with
     * it, or a call that read its clock long ago would be charged at a time at which the key had other charges.
     */
    int placeOfNewcomer(KeyTable table, long high, long low, @Nullable Object beside, Engine engine, long time) {
        long rests = overflow.restsAt(low, time);
        int place = rests < time ? KeyTable.NOWHERE : admit(table, high, low, beside, engine);
        if (place == KeyTable.NOWHERE) {
            overflow.begins();
        } else {
            table.advance(rests);
        }
        return place;
    }

    private int admit(KeyTable table, long high, long low, @Nullable Object beside, Engine engine) {
        int place = keys.incrementAndGet() > maxKeys ? KeyTable.NOWHERE : table.insert(high, low, beside, engine);
        if (place == KeyTable.NOWHERE) {
            keys.decrementAndGet();
        }
        return place;
    }

    /** Most often none has left, and then the counter that all threads share isn't touched. */
    void forget(int left) {
        if (left > 0) {
            keys.addAndGet(-left);
        }
    }

    void restWhenRoomy(long time) {
        if (overflow.isUnderWay() && keys.get() < maxKeys - maxKeys / 10) {
            overflow.endsIfIdle(time);
        }
    }

    /** Gives back what this ticket was given for. */
    void refund(Object key, long ticket, long cost) {
        Digest digest = digests.of(key);
        if (Ticket.isShared(ticket)) {
            overflow.bucket(digest.low()).refund(Ticket.time(ticket), cost);
            return;
        }
        KeyTable table = table(digest.high());
        table.enter();
        try {
            int place = table.find(digest.high(), digest.low(), digest.beside());
            if (place != KeyTable.NOWHERE) {
                table.refund(place, Ticket.time(ticket), cost);
            }
        } finally {
            table.leave();
        }
    }

    Usage usage(Object key, Engine engine, long time) {
        Digest digest = digests.of(key);
        long low = digest.low();
        KeyTable table = table(digest.high());
        table.enter();
        try {
            int place = table.find(digest.high(), low, digest.beside());
            return place == KeyTable.NOWHERE && shares(low, time)
                    ? overflow.bucket(low).usage(overflow.engine(engine), time)
                    : table.usage(place, engine, time);
        } finally {
            table.leave();
        }
    }

    /** Whose state the key has. */
    KeyStanding standing(Object key, long time) {
        Digest digest = digests.of(key);
        long low = digest.low();
        KeyTable table = table(digest.high());
        table.enter();
        try {
            return standing(table, table.find(digest.high(), low, digest.beside()), low, time);
        } finally {
            table.leave();
        }
    }

    /**
     * Forgets what the key has charged, if that is its own, and tells whose state it had.
     *
     * @param reset is told behind the gate of the key when that is: whatever was charged before is forgotten, nothing after
     */
    KeyStanding reset(Object key, LongConsumer reset) {
        Digest digest = digests.of(key);
        long high = digest.high();
        long low = digest.low();
        Object beside = digest.beside();
        KeyTable table = table(high);
        table.enter();
        try {
            long time = table.advance(timeline.now());
            reset.accept(time);
            int place = table.find(high, low, beside);
            KeyStanding standing = standing(table, place, low, time);
            if (place != KeyTable.NOWHERE) {
                table.remove(place);
                forget(1);
            }
            return standing;
        } finally {
            table.leave();
        }
    }

    /** Behind the gate of its table. */
    private KeyStanding standing(KeyTable table, int place, long low, long time) {
        if (place != KeyTable.NOWHERE) {
            return table.idle(place, time) ? KeyStanding.NONE : KeyStanding.OWN;
        }
        return shares(low, time) ? KeyStanding.SHARED : KeyStanding.NONE;
    }

    /** Whether a key without a state of its own would share one now. Where nobody does, it is a newcomer. */
    private boolean shares(long low, long time) {
        return overflow.exists()
                && (keys.get() >= maxKeys || !overflow.bucket(low).idle(time));
    }

    /** How many keys have a state of their own. */
    int keys() {
        return keys.get();
    }

    /** Whether a key found no room, and not all is well again since. */
    boolean isFull() {
        return overflow.isUnderWay();
    }

    /** How many shared buckets have a charge. */
    int overflowing(long time) {
        return overflow.busy(time);
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
        return sum + overflow.sum(count);
    }

    private KeyTable table(long high) {
        return tables[(int) (high >>> 32) & tables.length - 1];
    }
}
