package dev.resilience;

import dev.resilience.execution.OngoingDriver;
import dev.resilience.execution.Route;

/**
 * The way into an operation that begins on the caller's thread and ends somewhere else, such as a request that a filter
 * passes on: nobody holds the operation in hand, so its end is told to the {@link OngoingCall}. Thread-safe.
 */
public final class Entrance {

    private final Route route;

    Entrance(Route route) {
        this.route = route;
    }

    /**
     * Asks the policies for one call, and waits on this thread where they say so. Guards inside the operation don't see
     * this call as the one around them.
     *
     * @param arguments what keys see; not changed
     * @throws CallRejectedException if a policy refuses
     * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits; the flag stays
     */
    public OngoingCall enter(Object... arguments) {
        try {
            return OngoingDriver.enter(route, arguments);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable checked) {
            throw new IllegalStateException("a policy of " + route.operation() + " refused with " + checked, checked);
        }
    }
}
