package dev.resilience.circuitbreaker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The numbers a {@link Circuit} runs on, in the form it needs them.
 *
 * @param automatic whether it goes half-open without a call
 * @param rampNanos how long after closing only a share of calls passes; 0 if all pass at once
 */
record Settings(
        Window window,
        Thresholds thresholds,
        OpenWait openWait,
        boolean automatic,
        int probes,
        int successThreshold,
        long leaseNanos,
        long rampNanos) {

    static Settings of(CircuitBreakerConfiguration configuration) {
        return new Settings(
                configuration.window(),
                Thresholds.of(configuration),
                OpenWait.of(configuration),
                configuration.automaticHalfOpen(),
                configuration.probes(),
                configuration.successThreshold(),
                configuration.probeLease().toNanos(),
                nanosOrZero(configuration.ramp()));
    }

    private static long nanosOrZero(@Nullable Duration time) {
        return time == null ? 0 : time.toNanos();
    }
}
