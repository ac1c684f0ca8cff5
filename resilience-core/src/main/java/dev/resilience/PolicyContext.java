package dev.resilience;

import dev.resilience.event.EventSink;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.NamedOutcomeRules;
import dev.resilience.failure.OutcomeRuleSource;
import dev.resilience.time.Time;
import java.util.List;

/**
 * What a kind is handed to make a policy.
 *
 * @param time every clock there is
 * @param events where a policy says what the interpreter cannot see, such as a change of state
 * @param classifiers what the application adds to the rules of which failures count
 * @param outcomeRules makes rules of what a configuration says about outcomes
 * @param collaborators objects of the application that a configuration names
 * @param kept finds the policies beside this one that keep results
 * @param work knows of transactions
 */
public record PolicyContext(
        Time time,
        EventSink events,
        List<FailureClassifier> classifiers,
        OutcomeRuleSource outcomeRules,
        Collaborators collaborators,
        KeptByName kept,
        UnitOfWork work) {

    /** A context without transactions, in which nobody keeps results. */
    public PolicyContext(
            Time time,
            EventSink events,
            List<FailureClassifier> classifiers,
            OutcomeRuleSource outcomeRules,
            Collaborators collaborators) {
        this(time, events, classifiers, outcomeRules, collaborators, KeptByName.NONE, UnitOfWork.NONE);
    }

    /** A context in which nothing has a name but rules about outcomes. */
    public PolicyContext(
            Time time, EventSink events, List<FailureClassifier> classifiers, OutcomeRuleSource outcomeRules) {
        this(time, events, classifiers, outcomeRules, Collaborators.NONE);
    }

    /** A context in which nothing has a name. */
    public PolicyContext(Time time, EventSink events, List<FailureClassifier> classifiers) {
        this(time, events, classifiers, new NamedOutcomeRules(Collaborators.NONE), Collaborators.NONE);
    }

    /** The same, with somebody who finds those that keep results. */
    PolicyContext with(KeptByName other) {
        return new PolicyContext(time, events, classifiers, outcomeRules, collaborators, other, work);
    }

    /** The same, with somebody who knows of transactions. */
    public PolicyContext with(UnitOfWork other) {
        return new PolicyContext(time, events, classifiers, outcomeRules, collaborators, kept, other);
    }
}
