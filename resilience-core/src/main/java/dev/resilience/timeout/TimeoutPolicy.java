package dev.resilience.timeout;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallTimedOutException;
import dev.resilience.Outcome;
import dev.resilience.Placement;
import dev.resilience.Policy;
import dev.resilience.Target;
import dev.resilience.Verdict;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One of the two stages of a timeout: lets calls in with a deadline, and may answer with a value when it has passed.
 *
 * <p>The mark of an entry is the time it was given, because the two stages of one timeout share a name, and the
 * configuration may have changed meanwhile: an expiry is one's own if it names the policy and that very time.
 */
final class TimeoutPolicy implements Policy {

    /** What the time of a stage is for: of a stream, an attempt's reaches to the first element. */
    enum Reach {
        TOTAL,
        ATTEMPT
    }

    private final String name;
    private final Reach reach;
    private final boolean outermost;
    private final Isolation isolation;
    private final LongAdder expired = new LongAdder();
    private volatile Admission admission;

    /**
     * @param outermost whether no other stage of this timeout lies further out; the outermost one gives the value,
     *     so that a retry between the two sees the expiry of an attempt
     */
    TimeoutPolicy(String name, Reach reach, boolean outermost, Isolation isolation, Duration time) {
        this.name = name;
        this.reach = reach;
        this.outermost = outermost;
        this.isolation = isolation;
        this.admission = within(time);
    }

    /** The time calls are given from now on; null for none. */
    void time(@Nullable Duration time) {
        admission = time == null ? Admission.proceed() : within(time);
    }

    private Admission within(Duration time) {
        return switch (reach) {
            case TOTAL -> Admission.proceedWhollyWithin(time);
            case ATTEMPT -> Admission.proceedWithin(time);
        };
    }

    /** How many calls ran out of the time this stage gave them. */
    long expired() {
        return expired.sum();
    }

    @Override
    public boolean mayTryAgain() {
        return false;
    }

    @Override
    public boolean isolatesBodies() {
        return isolation == Isolation.THREAD;
    }

    @Override
    public Duration longest(Duration furtherIn, Placement placement) {
        return admission instanceof Admission.ProceedWithin within ? Duration.ofNanos(within.nanos()) : furtherIn;
    }

    @Override
    public Admission admit(Call call) {
        Admission answer = admission;
        if (answer instanceof Admission.ProceedWithin within) {
            call.mark(within.nanos());
        }
        return answer;
    }

    @Override
    public Verdict settle(Call call) {
        return call.outcome() == Outcome.EXPIRED ? expiry(call) : Verdict.proceed();
    }

    private Verdict expiry(Call call) {
        if (!(call.failure() instanceof CallTimedOutException expiry) || !names(expiry) || diverted(call)) {
            return Verdict.proceed();
        }
        if (expiry.timeout().toNanos() == call.mark()) {
            expired.increment();
        }
        return outermost && call.attribute("value") instanceof Target value ? divert(call, value) : Verdict.proceed();
    }

    private boolean names(CallTimedOutException expiry) {
        return expiry.name().equals(name) && expiry.kind().equals(TimeoutKind.ID);
    }

    private static boolean diverted(Call call) {
        return call.memo() != null;
    }

    private static Verdict divert(Call call, Target value) {
        call.memo(value);
        return Verdict.divert(value);
    }
}
