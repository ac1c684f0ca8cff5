package dev.resilience.ratelimit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one rate limiter: one bucket for calls without a key, one for calls whose key is missing, and what each
 * key has charged. Thread-safe.
 *
 * <p>It turns the ticker's nanoseconds, which may be negative and may overflow, into nanoseconds since it was made,
 * which are plain numbers from 1 on. Everything behind it compares and divides them as such.
 */
final class RateLimiter {

    private final long origin;
    private final Object missingKey;
    private final Engines engines = new Engines();
    private final Bucket unkeyed = Bucket.alone(engines);
    private final Bucket missing = Bucket.alone(engines);
    private final KeyStore keyed;

    /**
     * @param origin a reading of the ticker no later than the first decision's
     * @param missingKey the key of those that should have one
     * @param digests stand for the keys
     * @param whenFull runs when more keys come than fit
     */
    RateLimiter(long origin, Object missingKey, Digests digests, int maxKeys, Runnable whenFull) {
        this.origin = origin - 1;
        this.missingKey = missingKey;
        this.keyed = new KeyStore(engines, digests, maxKeys, whenFull);
    }

    /** The engine of these limits, for all calls below, where every caller has the same. */
    Engine engine(Limits limits) {
        return engines.of(limits);
    }

    /** The same where callers have different limits, with the memories that serve all of them. */
    Engine engine(Limits limits, List<Memory> memories) {
        return engines.of(limits, memories);
    }

    void maxKeys(int most) {
        keyed.maxKeys(most);
    }

    /** What keys that find no room share from now on. */
    void sharedEngine(Engine engine) {
        keyed.sharedEngine(engine);
    }

    /** Charges as soon as possible, if that is within the wait. See {@link Ticket} and {@link #waitNanos}. */
    long charge(@Nullable Object key, Engine engine, long now, long cost, long maxWait) {
        Bucket bucket = bucket(key);
        return bucket != null
                ? bucket.charge(engine, now - origin, cost, maxWait)
                : keyed.charge(key, engine, now - origin, cost, maxWait);
    }

    /** What a decision of several limiters needs of this key. */
    Held hold(@Nullable Object key, Engine engine, long now) {
        Bucket bucket = bucket(key);
        return bucket != null ? new Held.OfBucket(bucket, engine, now - origin) : keyed.hold(key, engine, now - origin);
    }

    /** How long the holder of this ticket has to wait from now. */
    long waitNanos(long ticket, long now) {
        return Ticket.isAhead(ticket) ? Math.max(0, Ticket.time(ticket) - (now - origin)) : 0;
    }

    /** Gives back what this ticket was given for, if it hasn't returned. A ticket is refunded at most once. */
    void refund(@Nullable Object key, long ticket, long cost) {
        Bucket bucket = bucket(key);
        if (bucket != null) {
            bucket.refund(Ticket.time(ticket), cost);
        } else {
            keyed.refund(key, ticket, cost);
        }
    }

    /** Why the cost doesn't pass, or null if it does by now. */
    @Nullable Refusal refusal(@Nullable Object key, Engine engine, long now, long cost, long maxWait) {
        Bucket bucket = bucket(key);
        return bucket != null
                ? bucket.refusal(engine, now - origin, cost, maxWait)
                : keyed.refusal(key, engine, now - origin, cost, maxWait);
    }

    Usage usage(@Nullable Object key, Engine engine, long now) {
        Bucket bucket = bucket(key);
        return bucket != null ? bucket.usage(engine, now - origin) : keyed.usage(key, engine, now - origin);
    }

    /** Forgets what this key has charged; calls that are under way give nothing back then. */
    Reset reset(@Nullable Object key, long now) {
        Bucket bucket = bucket(key);
        if (bucket == null) {
            return keyed.reset(key, now - origin);
        }
        return bucket.reset(now - origin) ? Reset.FORGOTTEN : Reset.NOTHING;
    }

    /** Whether a call with a key was ever decided. */
    boolean countsByKey() {
        return keyed.permitted() + keyed.refused() + missingKeys() > 0;
    }

    int keys() {
        return keyed.keys();
    }

    /** How many shared buckets have a charge. */
    int overflowing(long now) {
        return keyed.overflowing(now - origin);
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
