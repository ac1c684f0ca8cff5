package dev.resilience.recovery;

import dev.resilience.configuration.Durations;
import java.time.Duration;

/** Something that can be done about a failure. Immutable. */
public sealed interface RecoveryAction {

    /** The most often that one rule sends one call in again. */
    int MOST_RETRIES = 20;

    /** Sends the call in again, so many times at most. */
    static RecoveryAction retry(int times) {
        return new Retry(times, Duration.ZERO);
    }

    /** Sends the call in again, so many times at most, each time after a wait. */
    static RecoveryAction retry(int times, Duration after) {
        return new Retry(times, after);
    }

    /** Restarts the {@link Restartable} of this name, and then sends the call in again. */
    static RecoveryAction restart(String name) {
        return new Restart(name);
    }

    /** Diverts the call to its fallback methods. */
    static RecoveryAction fallback() {
        return Fallback.INSTANCE;
    }

    /** Refuses all calls with the key of this one for a time; all calls, where it has no key. */
    static RecoveryAction isolate(Duration time) {
        return new Isolate(time);
    }

    /** Calls for people. The failure goes on its way. */
    static RecoveryAction escalate() {
        return Escalate.INSTANCE;
    }

    /** See {@link RecoveryAction#retry(int, Duration)}. */
    record Retry(int times, Duration after) implements RecoveryAction {

        /** @throws IllegalArgumentException with a reason that completes the sentence "the value …" */
        public Retry {
            if (times < 1 || times > MOST_RETRIES) {
                throw new IllegalArgumentException("must retry between 1 and " + MOST_RETRIES + " times");
            }
            if (after.isNegative()) {
                throw new IllegalArgumentException("must not retry in the past");
            }
        }

        @Override
        public String toString() {
            return "retry " + times + (after.isZero() ? "" : " after " + Durations.plain(after));
        }
    }

    /** See {@link RecoveryAction#restart(String)}. */
    record Restart(String name) implements RecoveryAction {

        @Override
        public String toString() {
            return name.isEmpty() ? "restart" : "restart " + name;
        }
    }

    /** See {@link RecoveryAction#fallback()}. */
    enum Fallback implements RecoveryAction {
        INSTANCE;

        @Override
        public String toString() {
            return "fallback";
        }
    }

    /** See {@link RecoveryAction#isolate(Duration)}. */
    record Isolate(Duration time) implements RecoveryAction {

        /** @throws IllegalArgumentException with a reason that completes the sentence "the value …" */
        public Isolate {
            if (time.isZero() || time.isNegative()) {
                throw new IllegalArgumentException("must isolate for longer than zero");
            }
        }

        @Override
        public String toString() {
            return "isolate " + Durations.plain(time);
        }
    }

    /** See {@link RecoveryAction#escalate()}. */
    enum Escalate implements RecoveryAction {
        INSTANCE;

        @Override
        public String toString() {
            return "escalate";
        }
    }
}
