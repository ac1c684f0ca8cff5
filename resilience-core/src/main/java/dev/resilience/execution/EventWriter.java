package dev.resilience.execution;

import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tells what the interpreter saw, if anybody listens. A listener that throws disturbs no call. */
final class EventWriter {

    private EventWriter() {}

    static void refused(Route route, Stage stage, Throwable cause) {
        if (route.runtime.events().listening()) {
            publish(route, new ResilienceEvent.Refused(stage.kind(), stage.name(), route.operation, cause));
        }
    }

    static void triedAgain(Route route, Stage stage, int attempt, long nanos, @Nullable Throwable failure) {
        stage.tally().countTryAgain();
        if (route.runtime.events().listening()) {
            publish(
                    route,
                    new ResilienceEvent.TriedAgain(
                            stage.kind(), stage.name(), route.operation, attempt, Duration.ofNanos(nanos), failure));
        }
    }

    static void diverted(Route route, Stage stage, @Nullable Throwable failure) {
        stage.tally().countDiversion();
        replaced(route, stage, failure);
    }

    static void replaced(Route route, Stage stage, @Nullable Throwable failure) {
        if (route.runtime.events().listening()) {
            publish(route, new ResilienceEvent.Replaced(stage.kind(), stage.name(), route.operation, failure));
        }
    }

    static void expired(Route route, Stage stage, long nanos) {
        if (route.runtime.events().listening()) {
            publish(
                    route,
                    new ResilienceEvent.Expired(stage.kind(), stage.name(), route.operation, Duration.ofNanos(nanos)));
        }
    }

    static void wouldHave(Route route, Stage stage, String what) {
        stage.tally().countWouldHave();
        if (route.runtime.events().listening()) {
            publish(route, new ResilienceEvent.WouldHave(stage.kind(), stage.name(), route.operation, what));
        }
    }

    /** A policy threw where its answer doesn't matter any more: told, and nothing else. */
    static void swallowed(Route route, Stage stage, Throwable thrown) {
        publish(
                route,
                new ResilienceEvent.Noticed(
                        stage.kind(), stage.name(), "settling a call of " + route.operation + " threw " + thrown));
    }

    private static void publish(Route route, ResilienceEvent event) {
        EventSink events = route.runtime.events();
        try {
            events.publish(event);
        } catch (RuntimeException ignored) {
            // The contract of a sink is not to throw; a call is not the place to find out that one does.
        }
    }
}
