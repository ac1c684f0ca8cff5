package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.key.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What one limiter has charged for the key of one call, in the hands of a decision of several limiters.
 *
 * <p>In this order: {@link #gate} is entered, {@link #find} may want one more gate, and behind all of them {@link #locate}
 * and {@link #lead} come before the rest. Times are told as delays from now, because each limiter has a time of its own.
 */
abstract sealed class Held {

    private final long time;
    private long now;
    Engine engine;
    Ledger ledger;
    int place;

    private Held(Ledger ledger, Engine engine, long time) {
        this.ledger = ledger;
        this.engine = engine;
        this.time = time;
    }

    /** The gate to enter first. */
    final Gate gate() {
        return ledger;
    }

    /** Finds what is charged, or begins it. @return another gate to enter, or null */
    abstract @Nullable Gate find(long at);

    /** Looks where it lies now: others who came behind the same gate may have moved it. */
    abstract void locate();

    /** What is left to do behind the gates when all is decided. Places change. */
    void end() {}

    /** What is left to do outside of the gates. */
    void afterwards() {}

    final @Nullable Gate find() {
        return find(time);
    }

    /**
     * How much later it is here already than the call says, because a later one overtook it, where it is so much later
     * elsewhere.
     */
    final long lead(long elsewhere) {
        now = ledger.caughtUpByClock(place, engine, ledger.advance(time + elsewhere));
        return now - time;
    }

    /** Whether both have what is charged in the same place. */
    final boolean isSameAs(Held other) {
        return ledger == other.ledger && place == other.place;
    }

    /** The first delay from this one on after which the cost can be charged, or {@link Engine#NEVER}. */
    final long earliest(long delay, long cost) {
        long first = ledger.earliest(place, engine, now, now + delay, cost);
        return first == Engine.NEVER ? Engine.NEVER : first - now;
    }

    /** Charges after a delay that {@link #earliest} gave. See {@link Ticket}. */
    long charge(long delay, long cost) {
        return ledger.charge(place, engine, now + delay, cost, now);
    }

    /** Takes a charge back as if it had never been. */
    final void undo(long ticket, long cost) {
        ledger.undo(place, Ticket.time(ticket), cost);
    }

    /** Why a cost is refused that after this delay had to wait until that one. */
    final Grounds refuse(long delay, long cost, long until) {
        return ledger.refuse(place, engine, now, now + delay, cost, until == Engine.NEVER ? Engine.NEVER : now + until);
    }

    /** What everybody has charged together who has no key. */
    static final class OfBucket extends Held {
        private final Bucket bucket;

        OfBucket(Bucket bucket, Engine engine, long time) {
            super(bucket, engine, time);
            this.bucket = bucket;
        }

        @Override
        @Nullable Gate find(long at) {
            place = bucket.begin(engine);
            return null;
        }

        @Override
        void locate() {}
    }

    /** What a key has charged: in its table, or in a shared bucket where it found no room. */
    static final class OfKey extends Held {
        private final KeyStore store;
        private final KeyTable table;
        private final long high;
        private final long low;
        private final @Nullable Object beside;
        private final Call call;
        private final long time;
        private boolean shared;
        private boolean cameNew;
        private boolean charged;

        OfKey(KeyStore store, KeyTable table, Digest digest, Engine engine, Call call, long time) {
            super(table, engine, time);
            this.store = store;
            this.table = table;
            this.high = digest.high();
            this.low = digest.low();
            this.beside = digest.beside();
            this.call = call;
            this.time = time;
        }

        @Override
        @Nullable Gate find(long at) {
            place = table.find(high, low, beside);
            if (place != Ledger.NOWHERE) {
                return null;
            }
            cameNew = true;
            place = store.placeOfNewcomer(table, high, low, beside, engine, at);
            return place == Ledger.NOWHERE ? share() : null;
        }

        private Gate share() {
            Bucket bucket = store.overflow().bucket(low);
            shared = true;
            ledger = bucket;
            engine = store.overflow().engine(engine);
            return bucket;
        }

        @Override
        void locate() {
            place = shared ? placeInBucket() : table.find(high, low, beside);
        }

        /** The latest time goes with a key that changes gates. */
        private int placeInBucket() {
            Bucket bucket = store.overflow().bucket(low);
            bucket.advance(table.advance(time));
            return bucket.begin(engine);
        }

        @Override
        long charge(long delay, long cost) {
            charged = true;
            long ticket = super.charge(delay, cost);
            return shared ? Ticket.shared(ticket) : ticket;
        }

        /** A newcomer that wasn't charged leaves nothing behind. */
        @Override
        void end() {
            if (!cameNew) {
                store.forget(table.sweepNowAndThen(call));
                return;
            }
            if (!shared && !charged) {
                table.remove(table.find(high, low, beside));
                store.forget(1);
            }
            store.sweepForRoom(table, time);
        }

        @Override
        void afterwards() {
            if (cameNew && !shared) {
                store.restWhenRoomy(time);
            }
            store.afterwards(shared, call);
        }
    }
}
