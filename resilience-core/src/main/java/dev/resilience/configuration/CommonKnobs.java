package dev.resilience.configuration;

import org.jspecify.annotations.Nullable;

/**
 * What every policy can be told, whatever its kind.
 *
 * @param enabled whether the policy takes part in calls
 * @param shadow whether it decides and counts without enforcing
 * @param base the policy it inherits from, or null
 */
public record CommonKnobs(
        @Knob(
                value = "Whether the policy takes part in calls; switched off, it is still validated.",
                byDefault = "true")
        Boolean enabled,

        @Knob(value = "Whether the policy only decides and counts, and never enforces.", byDefault = "false")
        Boolean shadow,

        @Knob(value = "A policy of the same kind, or a preset, whose settings this one inherits.", example = "other")
        @Nullable String base) {}
