package dev.resilience.execution;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * The subscription to a body, which can be asked and cancelled before it is there.
 *
 * <p>Reactor has such a thing, but it hands on the early demand before it lets anybody else near the subscription: a
 * synchronous stream, which flows while it is handed its demand, could then not be cancelled any more. Here the
 * subscription is known first. Rivals are a request that comes while it arrives, and its arrival: both take the early
 * demand by one exchange, so one of them gets it. Thread-safe.
 */
final class Upstream {

    private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();
    private final AtomicLong early = new AtomicLong();

    /** The subscription is there. A second one, or one that comes after the cancellation, is cancelled. */
    void set(Subscription arrived) {
        if (subscription.compareAndSet(null, arrived)) {
            handOn(arrived);
        } else {
            arrived.cancel();
        }
    }

    void request(long more) {
        Subscription known = subscription.get();
        if (known != null) {
            known.request(more);
            return;
        }
        early.accumulateAndGet(more, Operators::addCap);
        Subscription arrived = subscription.get();
        if (arrived != null) {
            handOn(arrived);
        }
    }

    void cancel() {
        Subscription known = subscription.getAndSet(Operators.cancelledSubscription());
        if (known != null) {
            known.cancel();
        }
    }

    private void handOn(Subscription arrived) {
        long asked = early.getAndSet(0);
        if (asked > 0) {
            arrived.request(asked);
        }
    }
}
