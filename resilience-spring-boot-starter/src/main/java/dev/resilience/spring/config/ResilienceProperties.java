package dev.resilience.spring.config;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything below {@code resilience.}, read once at start-up.
 *
 * @param enabled whether any guard does anything; what is switched off is validated all the same
 * @param strict whether findings of the error class fail the start
 * @param durations whether durations of calls are recorded
 * @param healthDownOn the states of policies that turn the health to DOWN
 * @param catalog the policies, to which annotations are added
 * @param pipelines the pipelines by name
 * @param http how requests are limited
 * @param httpClients what clients do with deadlines
 * @param retryLog what becomes of the records of retries
 * @param retryLogFileOrigin where their file is named; null where none is
 * @param misread what could not be understood while reading
 */
public record ResilienceProperties(
        boolean enabled,
        boolean strict,
        boolean durations,
        List<String> healthDownOn,
        Catalog catalog,
        Map<String, PipelineProperties> pipelines,
        HttpProperties http,
        HttpClientKnobs httpClients,
        RetryLogKnobs retryLog,
        @Nullable String retryLogFileOrigin,
        List<Problem> misread) {

    /** Everything that is wrong: what could not be read, and every policy that is not valid with what is known now. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(misread);
        problems.addAll(catalog.problems());
        return List.copyOf(problems);
    }

    /** Ends well if nothing is wrong. @throws ResilienceConfigurationException with everything that is */
    public void validate() {
        List<Problem> problems = problems();
        if (!problems.isEmpty()) {
            throw new ResilienceConfigurationException(problems);
        }
    }
}
