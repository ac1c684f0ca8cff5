package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.failure.OutcomeRule;
import org.jspecify.annotations.Nullable;

/** The share of one limiter in a decision of several: what the call costs there, and what became of it. For one call. */
final class Share implements Part {

    private final RateLimiterPolicy policy;
    private final @Nullable Object key;
    private final Held held;
    private final long maxWait;
    private final @Nullable OutcomeRule placed;
    private long cost;
    /** Another share that is charged for both, in the same place. */
    private @Nullable Share carrier;

    private long ticket = Ticket.REFUSED;
    private @Nullable RateLimitedException refusal;
    private boolean waits;
    private long until;

    Share(
            RateLimiterPolicy policy,
            @Nullable Object key,
            Held held,
            long cost,
            long maxWait,
            @Nullable OutcomeRule placed) {
        this.policy = policy;
        this.key = key;
        this.held = held;
        this.cost = cost;
        this.maxWait = maxWait;
        this.placed = placed;
    }

    Held held() {
        return held;
    }

    long maxWait() {
        return maxWait;
    }

    /** If both are charged in one place, there has to be room for both, and this one is charged for both. */
    void carryIfSame(Share other) {
        if (carrier == null && other.carrier == null && held.isSameAs(other.held)) {
            long sum = cost + other.cost;
            cost = sum < 0 ? Long.MAX_VALUE : sum;
            other.carrier = this;
        }
    }

    /** What has to fit. */
    private long cost() {
        return carrier == null ? cost : carrier.cost;
    }

    /** See {@link Held#earliest}. */
    long earliest(long delay) {
        return held.earliest(delay, cost());
    }

    /** Charges after a delay that {@link #earliest} gave. */
    void charge(long delay) {
        if (carrier == null) {
            ticket = held.charge(delay, cost);
        }
    }

    /** What it was charged for, or {@link Ticket#REFUSED} if another share was charged for it, or nothing was. */
    long ticket() {
        return ticket;
    }

    /** Takes the charge back, if there is one, as if it had never been. */
    void undo() {
        if (ticket != Ticket.REFUSED) {
            held.undo(ticket, cost);
            ticket = Ticket.REFUSED;
        }
    }

    /** This limiter is the one to refuse, because after this delay it had to be waited for until that one. */
    void refuse(long delay, long readyAfter, long retryAfter) {
        refusal = policy.refused(key, cost(), held.refuse(delay, cost(), readyAfter), retryAfter);
    }

    /** This limiter is the one the call waits for. */
    void waitUntil(long instant) {
        waits = true;
        until = instant;
    }

    @Override
    public Admission answer(Call call) {
        policy.noteCaller(call, key);
        if (refusal != null) {
            return policy.refuse(call, key, refusal);
        }
        return waits ? Admission.proceedAfter(until - call.now()) : Admission.proceed();
    }

    /** The call has ended: what doesn't count is given back, once. */
    void settle(Call call) {
        if (ticket != Ticket.REFUSED && policy.givesBack(call, placed)) {
            policy.refund(key, ticket, cost);
            ticket = Ticket.REFUSED;
        }
    }
}
