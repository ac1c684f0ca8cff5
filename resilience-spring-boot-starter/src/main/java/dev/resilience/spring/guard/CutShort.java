package dev.resilience.spring.guard;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.configuration.Durations;
import dev.resilience.execution.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds policies that cut calls off before what is further in can have come to its end, such as a total timeout around a
 * retry that waits longer. It asks every policy from the inside out, and knows none of them.
 */
final class CutShort {

    private final Pipeline pipeline;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> spent = new ArrayList<>();

    private CutShort(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    static List<Finding> in(Pipeline pipeline) {
        CutShort search = new CutShort(pipeline);
        search.walkOutward();
        return search.findings;
    }

    private void walkOutward() {
        Duration furtherIn = Duration.ZERO;
        List<Stage> stages = pipeline.stages();
        for (int at = stages.size() - 1; at >= 0; at--) {
            Stage stage = stages.get(at);
            if (stage.instance().mode() == Mode.ENFORCED) {
                furtherIn = outwardOf(stage, furtherIn);
            }
        }
    }

    private Duration outwardOf(Stage stage, Duration furtherIn) {
        Duration longest = stage.policy().longest(furtherIn, stage.placement());
        if (longest.compareTo(furtherIn) < 0) {
            findings.add(finding(stage, longest, furtherIn));
        } else if (longest.compareTo(furtherIn) > 0) {
            spent.add(0, stage.instance().inWords() + " up to " + Durations.plain(longest));
        }
        return longest;
    }

    private Finding finding(Stage stage, Duration longest, Duration furtherIn) {
        String policy = stage.instance().inWords();
        return Finding.warning(
                "cut-short",
                pipeline.operation(),
                "The " + policy + " ends a call after " + Durations.plain(longest)
                        + ", and what is further in may go on for " + Durations.plain(furtherIn) + ": the "
                        + String.join(", the ", spent) + ".",
                "Give the " + policy + " more than " + Durations.plain(furtherIn)
                        + ", or let what is further in end sooner.");
    }
}
