package dev.resilience.ratelimit;

import dev.resilience.Call;
import dev.resilience.KeyStanding;
import dev.resilience.key.Digests;
import org.jspecify.annotations.Nullable;

/**
 * The state of one rate limiter: one bucket for calls without a key, one for calls whose key is missing, and what each
 * key has charged. Thread-safe.
 */
final class RateLimiter {

    private final Timeline timeline;
    private final Object missingKey;
    private final Engines engines;
    private final Bucket unkeyed;
    private final Bucket missing;
    private final KeyStore keyed;
    private final Resets resets = new Resets();

    /**
     * @param missingKey the key of those that should have one
     * @param digests stand for the keys
     * @param whenRoomChanges runs when more keys come than fit, and when they fit again: see {@link #isFull}
     */
    RateLimiter(Timeline timeline, Object missingKey, Digests digests, int maxKeys, Runnable whenRoomChanges) {
        this.timeline = timeline;
        this.engines = new Engines(timeline);
        this.unkeyed = Bucket.alone(engines);
        this.missing = Bucket.alone(engines);
        this.missingKey = missingKey;
        this.keyed = new KeyStore(engines, digests, maxKeys, whenRoomChanges);
    }

    /** The engine of these limits, for all calls below, where every caller has the same. */
    Engine engine(Limits limits) {
        return engines.of(limits);
    }

    /** Makes the engines of all limits that are about the same keys. */
    Engines engines() {
        return engines;
    }

    void maxKeys(int most) {
        keyed.maxKeys(most);
    }

    /** What keys that find no room share from now on. */
    void sharedEngine(Engine engine) {
        keyed.overflow().commonEngine(engine);
    }

    /** See {@link Ledger#decide} and {@link #waitNanos}. */
    long charge(@Nullable Object key, Engine engine, Call call, long cost, long maxWait) {
        if (!engine.ticks()) {
            call.now();
        }
        Bucket bucket = bucket(key);
        return bucket != null
                ? bucket.charge(engine, call, cost, maxWait)
                : keyed.charge(key, engine, call, cost, maxWait);
    }

    /** What a decision of several limiters needs of this key. */
    Held hold(@Nullable Object key, Engine engine, Call call) {
        Bucket bucket = bucket(key);
        return bucket != null ? new Held.OfBucket(bucket, engine, timeline.now(call)) : keyed.hold(key, engine, call);
    }

    /** How long the holder of this ticket has to wait from now. */
    long waitNanos(long ticket, Call call) {
        return Ticket.isAhead(ticket) ? Math.max(0, Ticket.time(ticket) - timeline.now(call)) : 0;
    }

    /** Gives back what this ticket was given for, if it hasn't returned. A ticket is refunded at most once. */
    void refund(@Nullable Object key, long ticket, long cost) {
        Bucket bucket = bucket(key);
        if (bucket != null) {
            bucket.refund(Ticket.time(ticket), cost);
        } else {
            refundKeyed(key, ticket, cost);
        }
    }

    private void refundKeyed(Object key, long ticket, long cost) {
        if (!resets.hasVoided(key, ticket)) {
            keyed.refund(key, ticket, cost);
        }
    }

    Usage usage(@Nullable Object key, Engine engine, long now) {
        Bucket bucket = bucket(key);
        return bucket != null ? bucket.usage(engine, timeline.of(now)) : keyed.usage(key, engine, timeline.of(now));
    }

    /** Whose state the key has. */
    KeyStanding standing(Object key, long now) {
        return keyed.standing(key, timeline.of(now));
    }

    /** Forgets what the key has charged or, within the wait, reserved, if that is its own, and tells whose state it had. */
    KeyStanding reset(Object key, long maxWait) {
        return keyed.reset(key, resets.begin(key, maxWait));
    }

    /** Whether a call with a key was ever decided. */
    boolean countsByKey() {
        return keyed.permitted() + keyed.refused() + missingKeys() > 0;
    }

    int keys() {
        return keyed.keys();
    }

    /** Whether more keys have come than fit, and not all is well again since. */
    boolean isFull() {
        return keyed.isFull();
    }

    /** How many shared buckets have a charge. */
    int overflowing(long now) {
        return keyed.overflowing(timeline.of(now));
    }

    /** How many decisions were made about calls whose key is missing. */
    long missingKeys() {
        return missing.permitted() + missing.refused();
    }

    long permitted() {
        return unkeyed.permitted() + missing.permitted() + keyed.permitted();
    }

    /** How many of the permitted calls were refunded. */
    long refunded() {
        return unkeyed.refunded() + missing.refunded() + keyed.refunded();
    }

    long refused() {
        return unkeyed.refused() + missing.refused() + keyed.refused();
    }

    private @Nullable Bucket bucket(@Nullable Object key) {
        if (key == null) {
            return unkeyed;
        }
        return key == missingKey ? missing : null;
    }
}
