package dev.resilience.spring.config;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a bad configuration at start-up: everything that is wrong, and what to write instead. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ResilienceConfigurationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ResilienceConfigurationException cause) {
        String description = cause.problems().size() == 1
                ? "There is a problem in the resilience configuration:"
                : "There are " + cause.problems().size() + " problems in the resilience configuration:";
        return new FailureAnalysis(
                description + list(cause, ConfigurationFailureAnalyzer::description),
                "Change the configuration:" + list(cause, problem -> problem.property() + ": " + problem.remedy()),
                cause);
    }

    private static String list(ResilienceConfigurationException cause, Function<Problem, String> line) {
        String start = System.lineSeparator() + "  - ";
        return cause.problems().stream().map(line).distinct().collect(Collectors.joining(start, start, ""));
    }

    private static String description(Problem problem) {
        String value = problem.value() == null ? "" : " = '" + problem.value() + "'";
        String origin = problem.origin() == null ? "" : " (" + problem.origin() + ")";
        return problem.property() + value + origin + ": " + problem.reason();
    }
}
