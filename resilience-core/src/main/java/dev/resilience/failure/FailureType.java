package dev.resilience.failure;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What sort of thing went wrong, in one word, for records of failures. */
public enum FailureType {
    /** The other side said that it was asked too often, by status 429 or in words. */
    RATE_LIMIT,
    /** One of our own guards refused the call. */
    REFUSED,
    /** It took too long: by a clock, or as the other side says. */
    TIMEOUT,
    /** The other side could not be reached, or the connection broke. */
    CONNECTION,
    /** The other side answered with a status from 500 up. */
    SERVER_ERROR,
    /** The other side answered with another status from 400 up. */
    CLIENT_ERROR,
    /** Anything else. */
    OTHER;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final int FIRST_OF_CLIENT = 400;
    private static final int FIRST_OF_SERVER = 500;
    private static final String TIMEOUTS = "TimeoutException";

    /** The type of a failure. Which status an exception has, others than the JDK's, the reader knows. */
    public static FailureType of(Throwable failure, Failures reader) {
        Diagnosis diagnosis = reader.diagnose(failure);
        List<Throwable> chain = Causes.of(failure);
        if (chain.stream().anyMatch(CallRejectedException.class::isInstance)) {
            return REFUSED;
        }
        if (diagnosis.rateLimited()) {
            return RATE_LIMIT;
        }
        FailureType answered = ofStatus(diagnosis.status());
        if (answered != OTHER) {
            return answered;
        }
        if (chain.stream().anyMatch(FailureType::isTimeout)) {
            return TIMEOUT;
        }
        return diagnosis.transientFault() ? CONNECTION : OTHER;
    }

    /** The word. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static FailureType ofStatus(@Nullable Integer status) {
        if (status == null || status < FIRST_OF_CLIENT) {
            return OTHER;
        }
        if (status == REQUEST_TIMEOUT || status == GATEWAY_TIMEOUT) {
            return TIMEOUT;
        }
        return status < FIRST_OF_SERVER ? CLIENT_ERROR : SERVER_ERROR;
    }

    /** Every library has its own, and they have no type in common, but their name ends alike. */
    private static boolean isTimeout(Throwable link) {
        if (link instanceof CallTimedOutException || link instanceof TimeoutException) {
            return true;
        }
        for (Class<?> type = link.getClass(); type != Throwable.class; type = type.getSuperclass()) {
            if (type.getSimpleName().endsWith(TIMEOUTS)) {
                return true;
            }
        }
        return false;
    }
}
