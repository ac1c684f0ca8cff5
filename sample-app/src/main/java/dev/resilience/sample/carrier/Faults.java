package dev.resilience.sample.carrier;

/**
 * How the carrier misbehaves. Who sets it names what is wrong: {@code {"hangs": true}}.
 *
 * @param errorRate the share of requests answered with 503, from 0 to 1
 * @param latencyMillis how long every answer takes
 * @param rateLimited whether every request is answered with 429
 * @param retryAfterSeconds the {@code Retry-After} of those answers
 * @param hangs whether requests are accepted and get no answer until the carrier stops hanging
 */
public record Faults(double errorRate, long latencyMillis, boolean rateLimited, long retryAfterSeconds, boolean hangs) {

    /** A carrier in good health. */
    public static final Faults NONE = new Faults(0, 20, false, 0, false);

    /** A carrier that takes requests and never answers. */
    public static final Faults HANG = new Faults(0, 0, false, 0, true);

    public Faults {
        if (errorRate < 0 || errorRate > 1) {
            throw new IllegalArgumentException("errorRate must be between 0 and 1, not " + errorRate);
        }
        if (latencyMillis < 0 || latencyMillis > 60_000) {
            throw new IllegalArgumentException("latencyMillis must be between 0 and 60000, not " + latencyMillis);
        }
        if (retryAfterSeconds < 0) {
            throw new IllegalArgumentException("retryAfterSeconds must not be negative, not " + retryAfterSeconds);
        }
    }

    /** A carrier that answers this share of requests with 503, and all of them after this time. */
    public static Faults failing(double errorRate, long latencyMillis) {
        return new Faults(errorRate, latencyMillis, false, 0, false);
    }
}
