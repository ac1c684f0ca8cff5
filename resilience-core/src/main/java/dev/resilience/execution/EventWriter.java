package dev.resilience.execution;

import dev.resilience.event.ResilienceEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells what the interpreter saw, if anybody listens. A listener that throws disturbs no call. */
final class EventWriter {

    private EventWriter() {}

    static void refused(Route route, Stage stage, Throwable cause) {
        if (isHeard(route)) {
            publish(route, new ResilienceEvent.Refused(stage.kind(), stage.name(), route.operation, cause));
        }
    }

    static void triedAgain(Route route, Stage stage, int attempt, long waitNanos, int of, @Nullable Throwable failure) {
        stage.tally().countTryAgain();
        if (isHeard(route)) {
            publish(
                    route,
                    new ResilienceEvent.TriedAgain(
                            stage.kind(),
                            stage.name(),
                            route.operation,
                            attempt,
                            of,
                            Duration.ofNanos(waitNanos),
                            failure));
        }
    }

    static void hedged(Route route, Stage stage, int attempt, int of, long afterNanos) {
        if (isHeard(route)) {
            publish(
                    route,
                    new ResilienceEvent.Hedged(
                            stage.kind(), stage.name(), route.operation, attempt, of, Duration.ofNanos(afterNanos)));
        }
    }

    static void diverted(Route route, Stage stage, @Nullable Throwable failure) {
        stage.tally().countDiversion();
        replaced(route, stage, failure);
    }

    static void replaced(Route route, Stage stage, @Nullable Throwable failure) {
        if (isHeard(route)) {
            publish(route, new ResilienceEvent.Replaced(stage.kind(), stage.name(), route.operation, failure));
        }
    }

    static void expired(Route route, Stage stage, long nanos) {
        if (isHeard(route)) {
            publish(
                    route,
                    new ResilienceEvent.Expired(stage.kind(), stage.name(), route.operation, Duration.ofNanos(nanos)));
        }
    }

    static void wouldHave(Route route, Stage stage, String what) {
        stage.tally().countWouldHave();
        if (isHeard(route)) {
            publish(route, new ResilienceEvent.WouldHave(stage.kind(), stage.name(), route.operation, what));
        }
    }

    /** A policy threw where its answer doesn't matter any more: told, and nothing else. */
    static void swallowed(Route route, Stage stage, Throwable thrown) {
        swallowed(route, stage, "settling", thrown);
    }

    /** A policy threw when it was asked about this, and is taken for one that says nothing. */
    static void swallowed(Route route, Stage stage, String doing, Throwable thrown) {
        String what = doing + " a call of " + route.operation + " threw "
                + thrown.getClass().getName();
        publish(route, new ResilienceEvent.Noticed(stage.kind(), stage.name(), what));
    }

    private static boolean isHeard(Route route) {
        try {
            return route.runtime.events().listening();
        } catch (Throwable ignored) {
            return false;
        }
    }

    /**
     * The contract of a sink is not to throw; a call is not the place to find out that one does. Errors are meant too: a
     * listener that lacks a class must not keep a permit from coming back.
     */
    private static void publish(Route route, ResilienceEvent event) {
        try {
            route.runtime.events().publish(event);
        } catch (Throwable ignored) {
            // Nobody is left to tell.
        }
    }
}
