package dev.resilience.timeout;

import dev.resilience.PolicyKind.Order;
import dev.resilience.PolicyKind.Place;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Problem;
import dev.resilience.timeout.TimeoutPolicy.Reach;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One timeout with its one or two stages. Which stages there are is decided once, because pipelines are put together
 * once: a time may be changed or taken away later, but a stage that was never there can't get one.
 */
final class Timeout {

    private final @Nullable TimeoutPolicy total;
    private final @Nullable TimeoutPolicy attempt;
    private volatile TimeoutConfiguration configuration;

    Timeout(String name, TimeoutConfiguration configuration) {
        Duration whole = configuration.total();
        Duration each = configuration.timeout();
        Isolation isolation = configuration.isolation();
        this.configuration = configuration;
        this.total = whole == null ? null : new TimeoutPolicy(name, Reach.TOTAL, true, isolation, whole);
        this.attempt = each == null ? null : new TimeoutPolicy(name, Reach.ATTEMPT, whole == null, isolation, each);
    }

    /** @throws ResilienceConfigurationException if that takes other pipelines than there are; nothing has changed then */
    void reconfigure(TimeoutConfiguration changed) {
        List<Problem> problems = new ArrayList<>();
        checkStage("total", total, changed.total(), problems);
        checkStage("timeout", attempt, changed.timeout(), problems);
        checkIsolation(changed.isolation(), problems);
        if (!problems.isEmpty()) {
            throw new ResilienceConfigurationException(problems);
        }
        configuration = changed;
        apply(total, changed.total());
        apply(attempt, changed.timeout());
    }

    private static void checkStage(
            String property, @Nullable TimeoutPolicy stage, @Nullable Duration time, List<Problem> problems) {
        if (stage == null && time != null) {
            problems.add(new Problem(
                    property,
                    Durations.plain(time),
                    null,
                    "was unset at start-up, so no pipeline has a stage for it",
                    "Set it in the configuration and restart"));
        }
    }

    private void checkIsolation(Isolation changed, List<Problem> problems) {
        if (changed != configuration.isolation()) {
            problems.add(new Problem(
                    "isolation",
                    Durations.plain(changed),
                    null,
                    "was different at start-up, and pipelines are put together once",
                    "Set it in the configuration and restart"));
        }
    }

    private static void apply(@Nullable TimeoutPolicy stage, @Nullable Duration time) {
        if (stage != null) {
            stage.time(time);
        }
    }

    List<Place> places() {
        List<Place> places = new ArrayList<>();
        if (total != null) {
            places.add(new Place("total-timeouts", Order.TOTAL_TIMEOUT, total));
        }
        if (attempt != null) {
            places.add(new Place(TimeoutKind.ID, Order.TIMEOUT, attempt));
        }
        return places;
    }

    Snapshot snapshot() {
        TimeoutConfiguration now = configuration;
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("expired", expired(total) + expired(attempt));
        putMillis(numbers, "timeout-millis", now.timeout());
        putMillis(numbers, "total-millis", now.total());
        return Snapshot.of(numbers);
    }

    private static long expired(@Nullable TimeoutPolicy stage) {
        return stage == null ? 0 : stage.expired();
    }

    private static void putMillis(Map<String, Number> numbers, String name, @Nullable Duration time) {
        if (time != null) {
            numbers.put(name, time.toMillis());
        }
    }
}
