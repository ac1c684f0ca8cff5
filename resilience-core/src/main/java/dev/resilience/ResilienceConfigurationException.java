package dev.resilience;

import dev.resilience.configuration.Problem;
import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration that can't be meant: all its problems at once, each with property, value, reason and remedy. */
public final class ResilienceConfigurationException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** @throws IllegalArgumentException if there is no problem to report */
    public ResilienceConfigurationException(List<Problem> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, in the order it was found. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("no problems to report");
        }
        return problems.stream()
                .map(Problem::toString)
                .collect(Collectors.joining(
                        System.lineSeparator() + "  - ",
                        problems.size() == 1
                                ? "1 problem in the resilience configuration:" + System.lineSeparator() + "  - "
                                : problems.size() + " problems in the resilience configuration:"
                                        + System.lineSeparator() + "  - ",
                        ""));
    }
}
