package dev.resilience.spring.config;

import dev.resilience.configuration.Knob;
import dev.resilience.configuration.Knobs;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is directly below {@code resilience.} beside the kinds. Whatever else is written there is a typo.
 *
 * @param enabled whether any guard does anything
 * @param strict whether findings of the error class fail the start
 * @param durations whether durations of calls are recorded
 * @param healthDownOn the states of policies that turn the health to DOWN
 */
record Roots(
        @Knob(value = "Whether guards do anything; switched off, every one lets calls pass.", byDefault = "true")
        Boolean enabled,

        @Knob(value = "Whether findings of the error class fail the start.", byDefault = "false")
        Boolean strict,

        @Knob(
                value = "Whether the meter resilience.durations records how long calls through each policy take.",
                byDefault = "false")
        Boolean durations,

        @Knob(
                value =
                        "The states of policies that turn the application's health to DOWN; none of them does by default.",
                example = "OPEN, OVERFLOWING")
        List<String> healthDownOn) {

    Roots {
        healthDownOn = healthDownOn == null ? List.of() : List.copyOf(healthDownOn);
    }

    static final String DEFAULTS = "defaults";
    static final String PIPELINES = "pipelines";

    /** Rules for requests. */
    static final String HTTP = "http";

    /** What clients do with deadlines. */
    static final String HTTP_CLIENTS = "http-clients";

    /** What becomes of the records of retries. */
    static final String RETRY_LOG = "retry-log";

    /** The order of a pipeline's stages. */
    static final String ORDER = "order";

    /** Roots with one value. */
    static final List<String> OWN =
            Knobs.of(Roots.class).stream().map(Knobs.Described::name).toList();

    /** Roots that other parts of the starter read for themselves. */
    static final List<String> OTHERS = List.of();

    /** Every root but the kinds. */
    static final List<String> ALL = Stream.of(OWN, List.of(DEFAULTS, PIPELINES, HTTP, HTTP_CLIENTS, RETRY_LOG), OTHERS)
            .flatMap(List::stream)
            .toList();

    /** Whether the root of this name is a list. */
    static boolean takesSeveral(PropertyPath.Segment root) {
        return Knobs.find(Knobs.of(Roots.class), root.text())
                .filter(Knobs.Described::takesSeveral)
                .isPresent();
    }
}
