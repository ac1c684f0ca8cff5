package dev.resilience.ratelimit;

import dev.resilience.Call;
import org.jspecify.annotations.Nullable;

/** What everybody who has no state of their own has charged together. Thread-safe. */
final class Bucket extends Ledger {

    private long @Nullable [] words;

    Bucket(Engines engines) {
        super(engines);
    }

    /** Charges as soon as possible, if that is within the wait. See {@link Ticket}. */
    long charge(Engine engine, Call call, long cost, long maxWait) {
        enter();
        try {
            long ticket = decide(words, engine, call, cost, maxWait);
            long[] replacement = replacement();
            if (replacement != null) {
                words = replacement;
            }
            return ticket;
        } finally {
            leave();
        }
    }

    /** Gives back what was charged at this time. */
    void refund(long at, long cost) {
        enter();
        try {
            if (words != null) {
                refund(words, at, cost);
            }
        } finally {
            leave();
        }
    }

    /** Why the cost doesn't pass, or null if it does by now. */
    @Nullable Refusal refusal(Engine engine, long time, long cost, long maxWait) {
        enter();
        try {
            return refusal(words, engine, time, cost, maxWait);
        } finally {
            leave();
        }
    }

    Usage usage(Engine engine, long time) {
        enter();
        try {
            return usage(words, engine, time);
        } finally {
            leave();
        }
    }

    boolean idle(long time) {
        enter();
        try {
            return words == null || idle(words, time);
        } finally {
            leave();
        }
    }
}
