package dev.resilience.bulkhead;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.KeyedState;
import dev.resilience.Outcome;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Priority;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.bulkhead.BulkheadFullException.Why;
import dev.resilience.failure.BrokenRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bulkhead in a pipeline. The call's memo is its ticket, if it had to ask for a seat, or the seats of its key; a call
 * that found a free seat of everybody's has none. Its mark is the time it may wait, or, where it has no ticket and somebody
 * learns from it, when it went in. Thread-safe.
 *
 * <p>Nobody asks how important a call is while there are seats for anybody.
 */
final class BulkheadPolicy implements Policy {

    private final String name;
    private final PolicyContext context;
    private final Bounds bounds;
    private final Seats seats;
    private final SeatsByKey seatsByKey;
    private final BrokenRules broken;
    private final Overload overload;
    private volatile @Nullable AdaptiveLimit adaptive;
    private volatile BulkheadConfiguration configuration;
    private volatile long maxWaitNanos;
    private volatile boolean keyed;

    BulkheadPolicy(String name, BulkheadConfiguration configuration, PolicyContext context) {
        this.name = name;
        this.context = context;
        this.configuration = configuration;
        this.broken = new BrokenRules(BulkheadKind.ID, name, context.events());
        this.overload = new Overload(context.classifiers(), broken);
        this.bounds =
                new Bounds(configuration.maxConcurrent(), configuration.maxWaiting(), configuration.lowPriorityShare());
        this.seats = new Seats(bounds);
        this.seatsByKey = new SeatsByKey(bounds, context.time());
        this.maxWaitNanos = configuration.maxWait().toNanos();
        this.keyed = configuration.key() != null;
        adapt(configuration, configuration.initialConcurrent());
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
            return afterWait(call, ticket);
        }
        Object key = call.key();
        if (key != null) {
            return admit(call, key);
        }
        return seats.tryTake() ? goesIn(call) : insist(call, seats);
    }

    private Admission admit(Call call, Object key) {
        if (!keyed) {
            keyed = true;
        }
        Seats own = seatsByKey.of(key, call.tick());
        Admission admission = tryAt(call, own);
        while (admission == null) {
            own = seatsByKey.insteadOf(own, key, call.tick());
            admission = tryAt(call, own);
        }
        return admission;
    }

    /** Null if the seats have been retired, which they aren't before somebody has left them. */
    private @Nullable Admission tryAt(Call call, Seats own) {
        if (own.tryTake()) {
            call.memo(own);
            return Admission.proceed();
        }
        if (own.isRetired()) {
            return null;
        }
        Admission admission = insist(call, own);
        if (admission == Admission.Proceed.INSTANCE && call.memo() == null) {
            call.memo(own);
        }
        return admission.step() == Admission.Step.FAIL && own.isRetired() ? null : admission;
    }

    /** There is no seat for just anybody. */
    private Admission insist(Call call, Seats wanted) {
        int priority = priority(call);
        long wait = bounds.maxWaiting() == 0 ? 0 : Math.min(maxWaitNanos, call.remainingNanos());
        if (wait > 0) {
            return waitInLine(call, wanted, priority, wait);
        }
        if (priority >= Priority.NORMAL) {
            return wanted.tryTakeAny() ? goesIn(call) : refuse(wanted, Why.TAKEN, priority, 0);
        }
        int taken = wanted.inUse();
        if (taken < bounds.forAnybody() || taken >= bounds.limit()) {
            return refuse(wanted, Why.TAKEN, priority, 0);
        }
        bounds.shed.increment();
        return refuse(wanted, Why.KEPT, priority, 0);
    }

    private Admission goesIn(Call call) {
        if (adaptive != null) {
            call.mark(instant(call));
        }
        return Admission.proceed();
    }

    /** The time of the call, which is never 0. */
    private static long instant(Call call) {
        long now = call.now();
        return now == 0 ? 1 : now;
    }

    /** No longer than the call has time: a seat after its deadline is of no use. */
    private Admission waitInLine(Call call, Seats wanted, int priority, long wait) {
        Ticket ticket = wanted.takeOrWait(priority, call.now());
        if (ticket == null) {
            return refuse(wanted, Why.TAKEN, priority, 0);
        }
        call.memo(ticket);
        call.mark(wait);
        return ticket.isSeated() ? goesIn(call, ticket) : Admission.askAgain(ticket.signal(), wait);
    }

    private Admission afterWait(Call call, Ticket ticket) {
        return switch (ticket.seats().endWait(ticket)) {
            case SEATED -> goesIn(call, ticket);
            case SHED -> refuse(ticket.seats(), Why.SHED, ticket.priority(), 0);
            case WAITING, GONE -> refuse(ticket.seats(), Why.WAITED_IN_VAIN, ticket.priority(), call.mark());
        };
    }

    private Admission goesIn(Call call, Ticket ticket) {
        if (adaptive != null) {
            ticket.wentIn = instant(call);
        }
        return Admission.proceed();
    }

    /** A call isn't lost because nobody can tell how important it is. */
    private int priority(Call call) {
        try {
            return call.priority();
        } catch (Throwable thrown) {
            broken.report("the priority of a call of " + call.operation(), thrown, "it counts as normal");
            return Priority.NORMAL;
        }
    }

    private Admission refuse(Seats wanted, Why why, int priority, long waitedNanos) {
        return Admission.fail(
                new BulkheadFullException(name, why, priority, bounds.limit(), wanted.waiting(), waitedNanos));
    }

    @Override
    public Verdict settle(Call call) {
        Object memo = call.memo();
        AdaptiveLimit learning = adaptive;
        boolean changed = learning != null && learn(learning, call, memo);
        if (memo == null) {
            seats.leave();
        } else {
            leave(call, memo);
        }
        if (changed) {
            bounds.follow(learning);
            seats.handOn();
        }
        return Verdict.proceed();
    }

    /** Only a call that was worked on tells something, and only if it ended well or was one too many. */
    private boolean learn(AdaptiveLimit learning, Call call, @Nullable Object memo) {
        long wentIn = memo == null ? call.mark() : memo instanceof Ticket ticket ? ticket.wentIn : 0;
        if (wentIn == 0 || !call.invoked()) {
            return false;
        }
        boolean tooMany = overload.isMeantBy(call);
        return (tooMany || call.outcome() == Outcome.VALUE)
                && learning.ended(wentIn, call.now(), seats.inUse(), tooMany);
    }

    private void leave(Call call, Object memo) {
        Seats left;
        if (memo instanceof Ticket ticket) {
            left = ticket.seats();
            left.leave(ticket);
        } else {
            left = (Seats) memo;
            left.leave();
        }
        if (left != seats) {
            seatsByKey.retire(left, call.key(), call.tick());
        }
    }

    /** A body that nobody waits for any more still sits on its seat. */
    @Override
    public boolean heldUntilBodyEnds() {
        return true;
    }

    void reconfigure(BulkheadConfiguration configuration) {
        maxWaitNanos = configuration.maxWait().toNanos();
        adapt(configuration, adaptive == null ? configuration.initialConcurrent() : adaptive.limit());
        all().forEach(Seats::handOn);
    }

    /** What was learned is kept as long as the way of learning stays the same. One change after the other. */
    private void adapt(BulkheadConfiguration changed, int initial) {
        AdaptiveLimit before = adaptive;
        boolean same = before != null && configuration.adaptive() == changed.adaptive();
        configuration = changed;
        if (changed.adaptive() == Adaptive.NONE) {
            adaptive = null;
            bounds.set(changed.maxConcurrent(), changed.maxWaiting(), changed.lowPriorityShare());
            return;
        }
        AdaptiveLimit now = same
                ? before
                : new AdaptiveLimit(changed.adaptive(), changed.minConcurrent(), changed.maxConcurrent(), initial);
        now.bounds(changed.minConcurrent(), changed.maxConcurrent());
        adaptive = now;
        bounds.set(now, changed.maxWaiting(), changed.lowPriorityShare());
    }

    Optional<KeyedState> keys() {
        return keyed ? Optional.of(seatsByKey) : Optional.empty();
    }

    Snapshot snapshot() {
        long now = context.time().ticker().nanos();
        List<Seats> all = all();
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("in-use", all.stream().mapToInt(Seats::inUse).sum());
        numbers.put("available", Math.max(0, bounds.limit() - seats.inUse()));
        numbers.put("waiting", all.stream().mapToInt(Seats::waiting).sum());
        numbers.put("longest-wait-millis", TimeUnit.NANOSECONDS.toMillis(longestWait(all, now)));
        numbers.put("limit", bounds.limit());
        numbers.put("max-concurrent", configuration.maxConcurrent());
        numbers.put("shed", bounds.shed.sum());
        numbers.put("gave-up", bounds.gaveUp.sum());
        numbers.put("broken-rules", broken.count());
        numbers.put("keys", seatsByKey.size());
        AdaptiveLimit learning = adaptive;
        numbers.put("latency-micros", learning == null ? 0 : micros(learning.latencyNanos()));
        numbers.put("no-load-latency-micros", learning == null ? 0 : micros(learning.noLoadNanos()));
        return Snapshot.of(numbers);
    }

    private static long micros(double nanos) {
        return Math.round(nanos / 1_000);
    }

    private static long longestWait(List<Seats> all, long now) {
        return all.stream().mapToLong(each -> each.longestWaitNanos(now)).max().orElse(0);
    }

    private List<Seats> all() {
        List<Seats> all = new ArrayList<>(List.of(seats));
        seatsByKey.each(all::add);
        return all;
    }
}
