package dev.resilience.recovery;

import dev.resilience.recovery.Restarting.Run;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One configuration, made ready for use; a changed configuration is a new plan. Thread-safe.
 *
 * @param texts the rules as they are written
 * @param rules the rules, in their order
 * @param restartings what the rules restart; grows when a bean that is a rule names another one
 * @param deeds does what they say
 * @param maxWaitNanos the longest wait for one of them
 */
record Plan(
        List<RuleText> texts, List<Rule> rules, Collection<Restarting> restartings, Deeds deeds, long maxWaitNanos) {

    /** How long a call may take with all that one rule does about it, if each time it takes as long as this. */
    Duration longest(Duration each) {
        return texts.stream()
                .map(rule -> rule.longest(each))
                .max(Duration::compareTo)
                .orElse(each);
    }

    /** Whether something that its rules restart is being restarted. */
    boolean isRestarting() {
        return restartings.stream().anyMatch(restarting -> restarting.underWay() != null);
    }

    /** The restart that a call has to wait for on its way in, or null. Asked only while something is being restarted. */
    @Nullable Run toWaitFor(long now) {
        for (Restarting restarting : restartings) {
            Run run = restarting.toWaitFor();
            if (run != null && run.leftNanos(maxWaitNanos, now) > 0) {
                return run;
            }
        }
        return null;
    }
}
