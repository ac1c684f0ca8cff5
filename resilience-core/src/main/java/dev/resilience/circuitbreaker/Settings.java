package dev.resilience.circuitbreaker;

/** The numbers a {@link Circuit} runs on, in the form it needs them. */
record Settings(
        Window window, Thresholds thresholds, OpenWait openWait, int probes, int successThreshold, long leaseNanos) {

    static Settings of(CircuitBreakerConfiguration configuration) {
        return new Settings(
                configuration.window(),
                Thresholds.of(configuration),
                OpenWait.of(configuration),
                configuration.probes(),
                configuration.successThreshold(),
                configuration.probeLease().toNanos());
    }
}
