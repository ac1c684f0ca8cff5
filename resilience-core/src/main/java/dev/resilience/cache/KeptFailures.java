package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.WithdrawnException;
import dev.resilience.failure.Causes;
import dev.resilience.failure.Coverable;
import dev.resilience.failure.Interrupts;
import dev.resilience.failure.ThrowableMatcher;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Which failures are kept for a while, where a cache is asked to keep any.
 *
 * <p>Those of the method itself, and nothing that is one caller's business: a refusal, an expiry or a cancellation says how
 * things stood with the call that happened to lead, and an {@code Error} or an interrupt asks for an end. A substitute that
 * a guard further in gave is no failure and no result.
 *
 * <p>A failure that is kept is one object for everybody, and code that hands it on may hang something on it each time, as
 * {@code Mono.block()} does. Not to let it grow for as long as it is kept, one that has collected plenty is kept no longer.
 * Thread-safe.
 */
final class KeptFailures {

    private static final int PLENTY = 100;

    /** What a configuration says. */
    private record Terms(long nanos, boolean areAll, ThrowableMatcher named) {}

    private volatile Terms terms = new Terms(0, true, new ThrowableMatcher(List.of()));

    void reconfigure(CacheConfiguration configuration) {
        Duration time = configuration.negativeTtl();
        List<String> names = configuration.negativeOn();
        terms = new Terms(time == null ? 0 : time.toNanos(), names.isEmpty(), new ThrowableMatcher(names));
    }

    /** How long a result lives that says there is nothing; the other time where nobody says so. */
    long nanosOfNothing(long otherwise) {
        long nanos = terms.nanos();
        return nanos == 0 ? otherwise : nanos;
    }

    /** For how long the failure of this call is kept; 0 if it isn't. */
    long nanos(Call call) {
        Terms now = terms;
        return now.nanos() > 0 && isTheMethods(call) && isWanted(call, now) ? now.nanos() : 0;
    }

    private static boolean isTheMethods(Call call) {
        return call.invoked() && !call.isSubstitute() && call.remainingNanos() > 0;
    }

    /** An answer that tells of a failure has no name. */
    private static boolean isWanted(Call call, Terms now) {
        Throwable failure = call.failure();
        return switch (call.outcome()) {
            case VALUE -> now.areAll();
            case FAILURE -> isKeepable(failure) && (now.areAll() || now.named().visiblyMatches(failure));
            case REFUSED, EXPIRED, CANCELLED -> false;
        };
    }

    private static boolean isKeepable(@Nullable Throwable failure) {
        return Coverable.isOne(failure) && Causes.first(failure, KeptFailures::isOfOneCall) == null;
    }

    private static boolean isOfOneCall(Throwable link) {
        return link instanceof Error
                || link instanceof CancellationException
                || link instanceof CallRejectedException
                || link instanceof CallTimedOutException
                || link instanceof WithdrawnException
                || link instanceof RecursiveLoadException
                || Interrupts.isOne(link);
    }

    /** The answer with which a load has failed. */
    static Admission answer(Call call) {
        Throwable failure = call.failure();
        return failure == null ? Admission.returning(call.value()) : Admission.fail(failure);
    }

    /** Whether others have hung so much on the failure that it isn't given any more. */
    static boolean isOverloaded(Kept kept) {
        return kept.answer() instanceof Admission.Fail fail && fail.cause().getSuppressed().length > PLENTY;
    }
}
