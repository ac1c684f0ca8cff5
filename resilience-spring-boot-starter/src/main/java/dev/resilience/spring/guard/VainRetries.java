package dev.resilience.spring.guard;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.execution.Stage;
import dev.resilience.failure.OutcomeRules;
import dev.resilience.failure.StatusRange;
import dev.resilience.recovery.RecoveryConfiguration;
import dev.resilience.retry.RetryConfiguration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.ClassUtils;

/**
 * Finds rules of recoveries whose {@code retry} never does anything, because a retry further in gives up on whatever they are about,
 * and nobody further out repeats that.
 *
 * <p>Told is only what is sure: the retry decides by status about exceptions that may have one, so where it is left to its usual
 * judgement, names of other exceptions than the JDK's say too little.
 */
final class VainRetries {

    private static final List<String> WORDS = List.of("timeout", "rate-limit");
    private static final List<String> JDK =
            List.of("java.io", "java.net", "java.net.http", "java.sql", "javax.net.ssl");

    private VainRetries() {}

    static List<Finding> in(Pipeline pipeline) {
        List<Stage> stages = pipeline.stages();
        return stages.stream()
                .filter(VainRetries::isEnforced)
                .flatMap(outer -> stages.stream()
                        .skip(stages.indexOf(outer))
                        .filter(VainRetries::isEnforced)
                        .flatMap(inner -> findings(pipeline, outer.instance(), inner.instance())))
                .toList();
    }

    private static boolean isEnforced(Stage stage) {
        return stage.instance().mode() == Mode.ENFORCED;
    }

    private static Stream<Finding> findings(Pipeline pipeline, PolicyInstance<?, ?> outer, PolicyInstance<?, ?> inner) {
        return outer.configuration() instanceof RecoveryConfiguration recovery
                        && inner.configuration() instanceof RetryConfiguration retry
                ? recovery.retriesWithoutRestart().entrySet().stream()
                        .filter(rule -> rule.getValue().stream().allMatch(condition -> isRetried(condition, retry)))
                        .map(rule -> finding(pipeline.operation(), rule.getKey(), outer, inner))
                : Stream.empty();
    }

    /** Whether all that the condition is about is worth a try to the retry, so that it has given up on what comes out. */
    private static boolean isRetried(String condition, RetryConfiguration retry) {
        if (!retry.never().isEmpty() || retry.retryWhen() != null) {
            return false;
        }
        if (Character.isDigit(condition.charAt(0))) {
            List<StatusRange> retried =
                    retry.retryOnStatus().isEmpty() ? OutcomeRules.NOT_THE_CALLERS_FAULT : retry.retryOnStatus();
            StatusRange statuses = StatusRange.parse(condition);
            return retry.retryOn().isEmpty() && retried.stream().anyMatch(range -> range.includes(statuses));
        }
        boolean isMeant = retry.retryOn().isEmpty() || retry.retryOn().contains(condition);
        return isMeant && retry.retryOnStatus().isEmpty() && (WORDS.contains(condition) || isOfJdk(condition));
    }

    /** In these packages nothing is called so that an answer with a status could be one. */
    private static boolean isOfJdk(String name) {
        return JDK.stream()
                .map(each -> each + ".")
                .anyMatch(each -> name.startsWith(each) || ClassUtils.isPresent(each + name, null));
    }

    private static Finding finding(
            String operation, String rule, PolicyInstance<?, ?> recovery, PolicyInstance<?, ?> retry) {
        return Finding.warning(
                "vain-retry",
                operation,
                "The 'retry' in '" + rule + "' of the " + recovery.inWords() + " does nothing here: the "
                        + retry.inWords() + " has given up on what comes to it, and nothing is restarted before.",
                "Put a 'restart' before it, or leave it to one of the two.");
    }
}
