package dev.resilience.failure;

import org.jspecify.annotations.Nullable;

/** A rule together with the words it was made of, for messages. */
record WrittenRule(String knob, String text, OutcomeRule rule) implements OutcomeRule {

    @Override
    public @Nullable Judgement judge(@Nullable Object result, @Nullable Throwable failure) {
        return rule.judge(result, failure);
    }

    @Override
    public String toString() {
        return "the rule " + knob + " = '" + text + "'";
    }
}
