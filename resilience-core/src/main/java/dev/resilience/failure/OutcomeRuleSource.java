package dev.resilience.failure;

import org.jspecify.annotations.Nullable;

/** Makes rules of the texts of a configuration. Thread-safe. */
@FunctionalInterface
public interface OutcomeRuleSource {

    /**
     * The rule that the text means.
     *
     * @param knob where the text is written, relative to its policy, for messages
     * @throws dev.resilience.ResilienceConfigurationException naming the knob, if the text means none
     */
    OutcomeRule rule(String knob, String text);

    /** The rule of a knob that may be unset, or null; it knows its text, and tells it when it throws. */
    default @Nullable OutcomeRule read(String knob, @Nullable String text) {
        return text == null ? null : new WrittenRule(knob, text, rule(knob, text));
    }
}
