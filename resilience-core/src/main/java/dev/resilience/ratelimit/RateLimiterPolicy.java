package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.Verdict;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.failure.OutcomeRules;
import dev.resilience.failure.OutcomeWords;
import dev.resilience.key.Digests;
import dev.resilience.key.RoomNotices;
import dev.resilience.time.Ticker;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call pass, delays it, or refuses it, so that no window ever sees more than its limit.
 *
 * <p>A permit belongs to a decision at the time of the call. It is given back if the method wasn't invoked: a refusal
 * further in, an expiry or a cancellation while the call waited; or if the call ended as {@link ChargeOn} doesn't mean. A call that can't be served within
 * {@code max-wait} and its deadline is refused at once. Thread-safe.
 */
public final class RateLimiterPolicy implements Policy {

    /** The state of a limiter whose keys all have, or would have, a bucket of their own. */
    static final String NORMAL = "NORMAL";

    /** The state of a limiter whose shared buckets are in use. */
    static final String OVERFLOWING = "OVERFLOWING";

    private static final long NOTHING_CHARGED = 0;

    private final String name;
    private final Ticker ticker;
    private final RateLimiter limiter;
    private final RoomNotices notices;
    private final Callers callers;
    private final RateLimiterKeys keys;
    private final PolicyContext context;
    private final BrokenRules broken;
    private volatile OutcomeRules outcomes;
    private volatile LimitPlan plan;
    private volatile @Nullable PassWitness witness;

    RateLimiterPolicy(String name, RateLimiterConfiguration configuration, PolicyContext context) {
        this.name = name;
        this.context = context;
        this.broken = new BrokenRules(RateLimiterKind.ID, name, context.events());
        this.outcomes = rules(configuration);
        this.notices = new RoomNotices(RateLimiterKind.ID, name, context.events());
        this.ticker = context.time().ticker();
        this.limiter = new RateLimiter(
                new Timeline(context.time()),
                Call.NULL_KEY,
                Digests.seeded(context.time().random()),
                configuration.maxKeys(),
                this::tellRoom);
        this.plan = plan(configuration, null);
        this.callers = new Callers(context.time());
        this.keys = new RateLimiterKeys(limiter, () -> plan, callers, context.time());
    }

    private void tellRoom() {
        boolean full = limiter.isFull();
        notices.tell(full, full ? noRoom(plan.maxKeys()) : room(limiter.keys(), plan.maxKeys()));
    }

    private static String noRoom(int most) {
        return "more than " + most + " keys have something charged, or their hashes collide: new keys share "
                + Overflow.BUCKETS + " strict buckets, without tiers and overrides. If the keys are real, raise "
                + "max-keys; if somebody invents them, limit further out by what can't be invented, such as ip";
    }

    private static String room(int keys, int most) {
        return "keys find room again: " + keys + " of " + most
                + " have something charged, and no bucket is shared any more";
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
        Admission admission = call.hasNeighbours() ? admitBesideOthers(call) : admitAlone(call);
        PassWitness present = witness;
        if (present != null && admission.step() != Admission.Step.FAIL) {
            present.passed(this, call);
        }
        return admission;
    }

    /** The first of several decides for all; the others find what it decided. */
    private Admission admitBesideOthers(Call call) {
        if (call.memo() instanceof Part decided) {
            return decided.answer(call);
        }
        Joint joint = Joint.of(this, call);
        if (joint == null) {
            return admitAlone(call);
        }
        call.memo(joint);
        return joint.decide(call);
    }

    /** What it has to do with a call that is decided about together. */
    Part part(Call call) {
        LimitPlan current = plan;
        Object key = call.key();
        long cost = cost(call);
        if (cost == 0) {
            return Part.Passing.INSTANCE;
        }
        Held held = limiter.hold(key, current.engine(key, current.hasTiers() ? call.tier() : null), call);
        return new Share(this, key, held, cost, current.maxWaitNanos(), placedRule(call));
    }

    private Admission admitAlone(Call call) {
        long cost = cost(call);
        if (cost == 0) {
            call.mark(NOTHING_CHARGED);
            return Admission.proceed();
        }
        LimitPlan current = plan;
        Object key = call.key();
        noteCaller(call, key);
        Engine engine = current.engine(key, current.hasTiers() ? call.tier() : null);
        long maxWait =
                current.maxWaitNanos() == 0 ? 0 : Math.max(0, Math.min(current.maxWaitNanos(), call.remainingNanos()));
        long ticket = limiter.charge(key, engine, call, cost, maxWait);
        if (ticket == Ticket.REFUSED) {
            return refuseAlone(call, key, cost, current.maxWaitNanos());
        }
        call.mark(ticket);
        return maxWait == 0 ? Admission.proceed() : Admission.proceedAfter(limiter.waitNanos(ticket, call));
    }

    /** The limiter left the grounds with the call. */
    private Admission refuseAlone(Call call, @Nullable Object key, long cost, long maxWait) {
        Grounds grounds = (Grounds) call.memo();
        return refuse(call, key, refused(key, cost, grounds, retryAfter(grounds.waitNanos(), maxWait)));
    }

    @Override
    public Verdict settle(Call call) {
        long ticket = call.mark();
        if (ticket != NOTHING_CHARGED) {
            settleAlone(call, ticket);
        } else if (call.hasNeighbours() && call.memo() instanceof Joint joint) {
            joint.settle(call);
        }
        return Verdict.proceed();
    }

    private void settleAlone(Call call, long ticket) {
        if (givesBack(call, placedRule(call))) {
            call.mark(NOTHING_CHARGED);
            refund(call.key(), ticket, call.cost());
        }
    }

    /** Whether what was charged for a call that has ended so is given back. */
    boolean givesBack(Call call, @Nullable OutcomeRule placed) {
        return plan.chargeOn().givesBack(call, placed, outcomes);
    }

    /** What the placement says of outcomes; a limit that is about all calls needn't know. */
    private @Nullable OutcomeRule placedRule(Call call) {
        return plan.chargeOn() == ChargeOn.CALL ? null : (OutcomeRule) call.attribute(RateLimiterKind.OUTCOMES);
    }

    void refund(@Nullable Object key, long ticket, long cost) {
        limiter.refund(key, ticket, cost);
    }

    /** What the key has used under the limits it has in this tier; a null key asks for what calls without a key have used. */
    public Usage usage(@Nullable Object key, @Nullable Object tier) {
        return limiter.usage(key, plan.engine(key, tier), ticker.nanos());
    }

    /** Shows this witness from now on every call that passes, instead of another one. */
    public void showTo(PassWitness witness) {
        this.witness = witness;
    }

    /** What is kept by key. */
    RateLimiterKeys keys() {
        return keys;
    }

    /** A missing key is many callers'. */
    private static boolean isOfOne(@Nullable Object key) {
        return key != null && key != Call.NULL_KEY;
    }

    void reconfigure(RateLimiterConfiguration configuration) {
        outcomes = rules(configuration);
        plan = plan(configuration, plan);
        limiter.maxKeys(configuration.maxKeys());
    }

    /** Comes first: a rule that can't be made refuses the whole configuration. */
    private OutcomeRules rules(RateLimiterConfiguration configuration) {
        OutcomeWords words = new OutcomeWords(
                configuration.failures(),
                configuration.ignored(),
                configuration.failureStatuses(),
                context.outcomeRules().read("failure-when", configuration.failureWhen()));
        return new OutcomeRules(words, OutcomeRules.ALL_ERRORS, context.classifiers(), broken);
    }

    private LimitPlan plan(RateLimiterConfiguration configuration, @Nullable LimitPlan before) {
        LimitPlan made = new LimitPlan(configuration, limiter, before);
        limiter.sharedEngine(made.untiered());
        return made;
    }

    Snapshot snapshot() {
        Map<String, Number> numbers = new LinkedHashMap<>();
        long now = ticker.nanos();
        numbers.put("permitted", limiter.permitted());
        numbers.put("refunded", limiter.refunded());
        numbers.put("refused", limiter.refused());
        if (!limiter.countsByKey()) {
            addUseOfEverybody(numbers, now);
        }
        numbers.put("keys", limiter.keys());
        numbers.put("missing-keys", limiter.missingKeys());
        int overflowing = limiter.overflowing(now);
        numbers.put("overflowing", overflowing);
        numbers.put("broken-rules", broken.count());
        return new Snapshot(overflowing == 0 ? NORMAL : OVERFLOWING, numbers);
    }

    /** What calls without a key have used. Beside keys it would look like a limiter at rest. */
    private void addUseOfEverybody(Map<String, Number> numbers, long now) {
        Usage.Window tightest =
                limiter.usage(null, plan.engine(null, null), now).tightest();
        numbers.put("limit", tightest.capacity());
        numbers.put("used", tightest.used());
        numbers.put("remaining", tightest.remaining());
    }

    private long cost(Call call) {
        long cost = call.cost();
        if (cost < 0) {
            throw new IllegalArgumentException(RateLimiterKind.ID + " '" + name + "': a call of " + call.operation()
                    + " can't cost " + cost + "; a cost is 0 or more");
        }
        return cost;
    }

    /** The limiter is asked about this call. */
    void noteCaller(Call call, @Nullable Object key) {
        if (isOfOne(key)) {
            callers.called(key, call.operation(), call.tick());
        }
    }

    /** The answer to a call that is refused. */
    Admission refuse(Call call, @Nullable Object key, RateLimitedException refusal) {
        if (isOfOne(key)) {
            callers.refused(key, call.operation(), call.tick());
        }
        return Admission.fail(refusal);
    }

    RateLimitedException refused(@Nullable Object key, long cost, Grounds grounds, long retryAfter) {
        return new RateLimitedException(
                name, key == Call.NULL_KEY ? null : key, key != null, cost, grounds, retryAfter);
    }

    /** A caller who may wait is let in that much earlier; one whom only its deadline kept from waiting comes back in time. */
    private static long retryAfter(long wait, long maxWait) {
        if (wait == Engine.NEVER) {
            return RateLimitedException.NEVER;
        }
        return wait > maxWait ? wait - maxWait : wait;
    }
}
