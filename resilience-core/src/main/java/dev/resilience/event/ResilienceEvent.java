package dev.resilience.event;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something a policy did or saw. Every event names the kind and the name of its policy. */
public sealed interface ResilienceEvent {

    /** The kind of the policy, such as {@code circuit-breakers}. */
    String kind();

    /** The name of the policy. */
    String name();

    /** A call was refused by this policy. */
    record Refused(String kind, String name, String operation, Throwable cause) implements ResilienceEvent {}

    /**
     * A call goes in again.
     *
     * @param attempt which try of the call begins now: 2 for its first retry
     * @param of how many tries the policy makes at most; 0 where it doesn't say
     * @param pause the wait before it
     * @param failure what the try before failed with; null where its result was not good enough
     */
    record TriedAgain(
            String kind,
            String name,
            String operation,
            int attempt,
            int of,
            Duration pause,
            @Nullable Throwable failure)
            implements ResilienceEvent {}

    /**
     * A call that is slow goes in a second time, beside the first.
     *
     * @param attempt which try of the call begins now: 2 for the hedge of its first try
     * @param of how many tries the policy makes at most; 0 where it doesn't say
     * @param after how long the try beside it had taken by then, as configured or estimated
     */
    record Hedged(String kind, String name, String operation, int attempt, int of, Duration after)
            implements ResilienceEvent {}

    /** A call was diverted to a fallback, or given a value instead of its failure. */
    record Replaced(
            String kind,
            String name,
            String operation,
            @Nullable Throwable failure) implements ResilienceEvent {}

    /** The time this policy gives a call ran out. */
    record Expired(String kind, String name, String operation, Duration timeout) implements ResilienceEvent {}

    /**
     * The policy went from one state to another, for one key where it has states by key.
     *
     * @param key as it may be shown: of a secret, its digest; null where the state is that of all calls
     */
    record StateChanged(String kind, String name, @Nullable String key, String from, String to, String reason)
            implements ResilienceEvent {

        /** A change of a state that is that of all calls. */
        public StateChanged(String kind, String name, String from, String to, String reason) {
            this(kind, name, null, from, to, reason);
        }
    }

    /**
     * A rule called for people.
     *
     * @param rule as it is written
     */
    record Escalated(String kind, String name, String operation, String rule, Throwable failure)
            implements ResilienceEvent {}

    /**
     * Errors of one class come again and again from the same place.
     *
     * @param error the name of their class
     * @param site the frame they come from; empty where they have no stack
     * @param times how often, at least
     * @param within in this time
     */
    record ErrorRepeats(String kind, String name, String error, String site, int times, Duration within)
            implements ResilienceEvent {}

    /** The share of failing calls of the last minute is much larger than that of the five before, both in percent. */
    record ErrorShareRose(String kind, String name, int before, int now) implements ResilienceEvent {}

    /**
     * The share of calls that a rule saves, of those it acts on, fell below its bound, or is above it again.
     *
     * @param rule as it is written
     * @param percent the share
     * @param enough whether it is above its bound
     */
    record RecoveryRateChanged(String kind, String name, String rule, int percent, boolean enough)
            implements ResilienceEvent {}

    /** The policy saw something an operator should know, such as its keys outgrowing their bound. */
    record Noticed(String kind, String name, String what) implements ResilienceEvent {}

    /** A policy in shadow mode would have refused, delayed, answered or retried. */
    record WouldHave(String kind, String name, String operation, String what) implements ResilienceEvent {}

    /**
     * Somebody had results dropped that were kept.
     *
     * @param what in words, without keys, which may be secrets: {@code one key}, {@code everything}
     * @param count how many; -1 where that can't be told
     * @param by null where nobody knows
     * @param byHand whether it was a person, and not code, which may do so with every call
     */
    record Invalidated(
            String kind,
            String name,
            String what,
            long count,
            @Nullable String by,
            boolean byHand) implements ResilienceEvent {

        /** What code has had dropped. */
        public Invalidated(String kind, String name, String what, long count, @Nullable String by) {
            this(kind, name, what, count, by, false);
        }
    }

    /**
     * Somebody had what is kept for one key forgotten.
     *
     * @param key as it may be shown: of a secret, its digest
     * @param who null where nobody knows
     */
    record Reset(
            String kind, String name, String key, @Nullable String who) implements ResilienceEvent {}
}
