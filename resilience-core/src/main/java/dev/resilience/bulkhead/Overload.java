package dev.resilience.bulkhead;

import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.BrokenRules;
import dev.resilience.failure.Causes;
import dev.resilience.failure.Diagnosis;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.Failures;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells which calls ended as calls do that were one too many: too late, or with an answer that says so. Thread-safe. */
final class Overload {

    /** Too many requests, service unavailable, gateway timeout. */
    private static final Set<Integer> STATUSES = Set.of(429, 503, 504);

    private final Failures failures;
    private final BrokenRules broken;

    Overload(List<FailureClassifier> classifiers, BrokenRules broken) {
        this.failures = new Failures(classifiers, broken);
        this.broken = broken;
    }

    boolean isMeantBy(Call call) {
        return switch (call.outcome()) {
            case EXPIRED -> true;
            case FAILURE -> isSaidByWhatCanBeRead(call.failure());
            case VALUE, REFUSED, CANCELLED -> false;
        };
    }

    /** A failure that throws when it is looked at says nothing. */
    private boolean isSaidByWhatCanBeRead(@Nullable Throwable failure) {
        try {
            return isSaidBy(failure);
        } catch (Throwable thrown) {
            broken.report("an outcome", thrown, "it says nothing about too many calls");
            return false;
        }
    }

    private boolean isSaidBy(@Nullable Throwable failure) {
        if (failure == null) {
            return false;
        }
        for (Throwable link : Causes.of(failure)) {
            if (link instanceof CallRejectedException) {
                return false;
            }
            if (isTimeout(link)) {
                return true;
            }
        }
        return isSaidBy(failures.diagnose(failure));
    }

    private static boolean isTimeout(Throwable link) {
        return link instanceof SocketTimeoutException
                || link instanceof HttpTimeoutException
                || link instanceof TimeoutException
                || link instanceof CallTimedOutException;
    }

    private static boolean isSaidBy(Diagnosis diagnosis) {
        Integer status = diagnosis.status();
        return diagnosis.rateLimited() || status != null && STATUSES.contains(status);
    }
}
