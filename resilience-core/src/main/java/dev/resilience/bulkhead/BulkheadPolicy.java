package dev.resilience.bulkhead;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bulkhead in a pipeline. The call's memo is its ticket and its mark the time it may wait; a call that found a free
 * seat has neither. Thread-safe.
 */
final class BulkheadPolicy implements Policy {

    private final String name;
    private final Seats seats;
    private volatile long maxWaitNanos;

    BulkheadPolicy(String name, BulkheadConfiguration configuration) {
        this.name = name;
        this.seats = new Seats(configuration.maxConcurrent(), configuration.maxWaiting());
        this.maxWaitNanos = configuration.maxWait().toNanos();
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public boolean onlyAdmits() {
        return true;
    }

    @Override
    public Admission admit(Call call) {
        if (call.memo() instanceof Ticket ticket) {
            return seats.isSeatedAfterAll(ticket) ? Admission.proceed() : Admission.fail(full(call.mark()));
        }
        return seats.tryTake() ? Admission.proceed() : waitInLine(call);
    }

    /** No longer than the call has time: a seat after its deadline is of no use. */
    private Admission waitInLine(Call call) {
        long wait = Math.min(maxWaitNanos, call.remainingNanos());
        Ticket ticket = wait > 0 ? seats.takeOrWait() : null;
        if (ticket == null) {
            return Admission.fail(full(0));
        }
        call.memo(ticket);
        call.mark(wait);
        return ticket.isSeated() ? Admission.proceed() : Admission.askAgain(ticket.signal(), wait);
    }

    private BulkheadFullException full(long waitedNanos) {
        return new BulkheadFullException(name, seats.limit(), seats.waiting(), waitedNanos);
    }

    @Override
    public Verdict settle(Call call) {
        if (call.memo() instanceof Ticket ticket) {
            seats.leave(ticket);
        } else {
            seats.leave();
        }
        return Verdict.proceed();
    }

    /** A body that nobody waits for any more still sits on its seat. */
    @Override
    public boolean heldUntilBodyEnds() {
        return true;
    }

    void reconfigure(BulkheadConfiguration configuration) {
        maxWaitNanos = configuration.maxWait().toNanos();
        seats.resize(configuration.maxConcurrent(), configuration.maxWaiting());
    }

    Snapshot snapshot() {
        int limit = seats.limit();
        int inUse = seats.inUse();
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("in-use", inUse);
        numbers.put("available", Math.max(0, limit - inUse));
        numbers.put("waiting", seats.waiting());
        numbers.put("max-concurrent", limit);
        return Snapshot.of(numbers);
    }
}
