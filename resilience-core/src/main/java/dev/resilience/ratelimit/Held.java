package dev.resilience.ratelimit;

import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One limiter's part in a decision that several take together: while the gates of all are held, it says when it could be
 * charged, and is charged or left as it was. For one thread and one decision.
 *
 * <pre>{@code
 * Held.enter(parts);
 * try {
 *     long wait = part.earliest(0, cost);     // of each part, until all agree
 *     long ticket = part.charge(wait, cost);  // of each part, or of none
 * } finally {
 *     Held.leave(parts);
 * }
 * }</pre>
 *
 * <p><b>How can nobody wait for each other in a circle?</b> Every gate has a number, and whoever holds several has entered
 * them in that order. But whether a key needs its shared bucket is known only behind the gate of its table. So all shared
 * buckets come behind all tables, those of other limiters too: the tables of all parts are entered first, then the
 * buckets that turned out to be needed. Two parts behind one gate enter it once.
 *
 * <p>Each limiter has a time of its own, so parts speak of waits from now, which are the same for all.
 */
final class Held {

    private final @Nullable KeyStore store;
    private final Ledger home;
    private final long high;
    private final long low;
    private final @Nullable Object beside;
    private final long time;

    /** Who pays: the table of the key, its shared bucket, or the one bucket there is. */
    private Ledger payer;

    private Engine engine;
    private @Nullable Bucket shared;
    private boolean newcomer;

    /** The part of a limiter without keys. */
    Held(Bucket bucket, Engine engine, long time) {
        this(null, bucket, 0, 0, null, engine, time);
    }

    /** The part of a key. */
    Held(
            @Nullable KeyStore store,
            Ledger home,
            long high,
            long low,
            @Nullable Object beside,
            Engine engine,
            long time) {
        this.store = store;
        this.home = home;
        this.payer = home;
        this.high = high;
        this.low = low;
        this.beside = beside;
        this.engine = engine;
        this.time = time;
    }

    /** Enters the gates of all parts. */
    static void enter(Held... parts) {
        inOrder(parts, part -> part.home, true);
        boolean entered = false;
        try {
            for (Held part : parts) {
                part.sweep();
            }
            Bucket[] buckets = Arrays.stream(parts).map(Held::neededBucket).toArray(Bucket[]::new);
            for (int part = 0; part < parts.length; part++) {
                parts[part].shared = buckets[part];
            }
            inOrder(parts, part -> part.shared, true);
            for (Held part : parts) {
                part.begin();
            }
            entered = true;
        } finally {
            if (!entered) {
                leaveGates(parts);
            }
        }
    }

    /** Leaves them. A newcomer that wasn't charged leaves nothing behind. */
    static void leave(Held... parts) {
        try {
            for (Held part : parts) {
                part.end();
            }
        } finally {
            leaveGates(parts);
        }
        for (Held part : parts) {
            part.released();
        }
    }

    private static void leaveGates(Held... parts) {
        inOrder(parts, part -> part.shared, false);
        inOrder(parts, part -> part.home, false);
    }

    private static void inOrder(Held[] parts, Function<Held, @Nullable Ledger> gate, boolean enter) {
        Gate[] gates = new Gate[parts.length];
        int count = 0;
        for (Held part : parts) {
            count = insert(gates, count, gate.apply(part));
        }
        for (int each = 0; each < count; each++) {
            if (enter) {
                gates[each].enter();
            } else {
                gates[each].leave();
            }
        }
    }

    /** Puts it where its number belongs, if it isn't there. @return how many there are then */
    private static int insert(Gate[] gates, int count, @Nullable Gate gate) {
        int place = count;
        while (gate != null && place > 0 && gates[place - 1].number() > gate.number()) {
            place--;
        }
        if (gate == null || place > 0 && gates[place - 1] == gate) {
            return count;
        }
        System.arraycopy(gates, place, gates, place + 1, count - place);
        gates[place] = gate;
        return count + 1;
    }

    /** How much later it is here already than the call says, because a later one overtook it. */
    long lead() {
        return payer.advance(time) - time;
    }

    /** From now on it is so much later than the call says: as much for all parts, so that their waits begin together. */
    void meet(long lead) {
        payer.advance(time + lead);
    }

    /**
     * Whether both are charged to one state: the same key twice, or keys that share a bucket. Both fit only if the sum of
     * their costs does.
     */
    boolean sharesWith(Held other) {
        return payer == other.payer && (payer instanceof Bucket || high == other.high && low == other.low);
    }

    /** The shortest wait, no shorter than this one, after which the cost can be charged, or {@link Engine#NEVER}. */
    long earliest(long wait, long cost) {
        long now = payer.advance(time);
        long first = payer.earliest(place(), engine, now, now + wait, cost);
        return first == Engine.NEVER ? Engine.NEVER : first - now;
    }

    /** Charges the cost after a wait that {@link #earliest} gave, and returns the ticket. */
    long charge(long wait, long cost) {
        long now = payer.advance(time);
        newcomer = false;
        long ticket = payer.charge(place(), engine, now + wait, cost, now);
        return payer == shared ? Ticket.shared(ticket) : ticket;
    }

    /** Takes a charge back as if it had never been. */
    void undo(long ticket, long cost) {
        payer.undo(place(), Ticket.time(ticket), cost);
    }

    /** Why the cost is refused, which after this wait would have to wait until that one. */
    Refusal refuse(long wait, long cost, long earliest) {
        long now = payer.advance(time);
        long until = earliest == Engine.NEVER ? Engine.NEVER : now + earliest;
        return payer.refuse(place(), engine, now, now + wait, cost, until);
    }

    /** Why the cost doesn't pass within the wait, or null if it does. */
    @Nullable Refusal refusal(long cost, long maxWait) {
        return payer.refusal(place(), engine, time, cost, maxWait);
    }

    /** What is used and what is left. */
    Usage usage() {
        return payer.usage(place(), engine, time);
    }

    /** What lies in a table moves when another part is charged. */
    private int place() {
        return payer instanceof KeyTable table ? table.find(high, low, beside) : ((Bucket) payer).begin(engine);
    }

    /** Before anybody looks for a key, because it may take idle ones away. */
    private void sweep() {
        if (store != null && home instanceof KeyTable table) {
            store.forget(table.sweepNowAndThen(time));
        }
    }

    private @Nullable Bucket neededBucket() {
        boolean known = store == null || ((KeyTable) home).find(high, low, beside) != KeyTable.NOWHERE;
        return known ? null : store.sharedBucket(low);
    }

    private void begin() {
        Bucket bucket = shared;
        if (bucket == null || store == null) {
            return;
        }
        KeyTable table = (KeyTable) home;
        if (table.find(high, low, beside) != KeyTable.NOWHERE) {
            return; // another part has the same key
        }
        // The latest time goes with a key that changes gates.
        bucket.advance(table.advance(time));
        table.advance(bucket.advance(time));
        newcomer = bucket.idleBehindGate(time) && store.admit(table, high, low, beside, engine) != KeyTable.NOWHERE;
        if (!newcomer) {
            store.tellFull();
            payer = bucket;
            engine = store.whenShared(engine);
        }
    }

    private void end() {
        if (store != null && home instanceof KeyTable table) {
            int place = table.find(high, low, beside);
            if (newcomer && place != KeyTable.NOWHERE && table.idle(place, time)) {
                table.remove(place);
                store.forget(1);
            }
        }
    }

    private void released() {
        if (store != null) {
            store.released(payer == shared, time);
        }
    }
}
