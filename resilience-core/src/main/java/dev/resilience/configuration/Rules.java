package dev.resilience.configuration;

import dev.resilience.ResilienceConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one configuration record: collects every broken rule and reports them together.
 *
 * <p>Property names are relative to the record ({@code max-concurrent}); whoever binds the record puts its own prefix
 * before them. A null value passes every rule but {@link #present}: what is unset is no one's error. Not thread-safe.
 */
public final class Rules {

    private final List<Problem> problems = new ArrayList<>();

    /** The value has to be given. */
    public Rules present(String property, @Nullable Object value, String example) {
        return that(value != null, property, null, "is required", example);
    }

    /** A number no smaller than the least one. */
    public Rules atLeast(String property, @Nullable Number value, long least, String example) {
        boolean holds = value == null || value.doubleValue() >= least;
        return that(holds, property, value, "must be at least " + least, example);
    }

    /** A number within bounds, both included. */
    public Rules between(String property, @Nullable Number value, double least, double most, String example) {
        boolean holds = value == null || value.doubleValue() >= least && value.doubleValue() <= most;
        return that(holds, property, value, "must be between " + plain(least) + " and " + plain(most), example);
    }

    /** A duration longer than zero. */
    public Rules positive(String property, @Nullable Duration value, String example) {
        boolean holds = value == null || !value.isZero() && !value.isNegative();
        return that(holds, property, value, "must be longer than zero", example);
    }

    /** A duration of zero or longer. */
    public Rules notNegative(String property, @Nullable Duration value, String example) {
        return that(value == null || !value.isNegative(), property, value, "must not be negative", example);
    }

    /** Any other rule; where it is broken, the example says what to write instead. */
    public Rules that(boolean holds, String property, @Nullable Object value, String rule, String example) {
        if (!holds) {
            String written = value == null ? null : Durations.plain(value);
            problems.add(new Problem(
                    property, written, null, rule, "Write for example '" + property + ": " + example + "'"));
        }
        return this;
    }

    /** Any other rule, with a remedy in words. */
    public Rules otherwise(boolean holds, String property, @Nullable Object value, String rule, String remedy) {
        if (!holds) {
            problems.add(new Problem(property, value == null ? null : Durations.plain(value), null, rule, remedy));
        }
        return this;
    }

    /** Ends the checks. @throws ResilienceConfigurationException with every broken rule, if there is one */
    public void report() {
        if (!problems.isEmpty()) {
            throw new ResilienceConfigurationException(problems);
        }
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
