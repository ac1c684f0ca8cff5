package dev.resilience;

import dev.resilience.event.EventSink;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.time.Time;
import java.util.List;

/**
 * What a kind is handed to make a policy.
 *
 * @param time every clock there is
 * @param events where a policy says what the interpreter cannot see, such as a change of state
 * @param classifiers what the application adds to the rules of which failures count
 */
public record PolicyContext(Time time, EventSink events, List<FailureClassifier> classifiers) {}
