package dev.resilience;

import dev.resilience.event.EventSink;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.NamedOutcomeRules;
import dev.resilience.failure.OutcomeRuleSource;
import dev.resilience.time.Time;
import java.util.List;
import java.util.Map;

/**
 * What a kind is handed to make a policy.
 *
 * @param time every clock there is
 * @param events where a policy says what the interpreter cannot see, such as a change of state
 * @param classifiers what the application adds to the rules of which failures count
 * @param outcomeRules makes rules of what a configuration says about outcomes
 */
public record PolicyContext(
        Time time, EventSink events, List<FailureClassifier> classifiers, OutcomeRuleSource outcomeRules) {

    /** A context in which no rule about outcomes has a name. */
    public PolicyContext(Time time, EventSink events, List<FailureClassifier> classifiers) {
        this(time, events, classifiers, new NamedOutcomeRules(Map.of()));
    }
}
