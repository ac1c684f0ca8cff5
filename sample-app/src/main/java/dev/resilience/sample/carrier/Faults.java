package dev.resilience.sample.carrier;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How the carrier misbehaves. Who sets it names what is wrong: {@code {"hangs": true}}.
 *
 * @param errorRate the share of requests answered with 503, from 0 to 1
 * @param latencyMillis how long every answer takes
 * @param rateLimited whether every request is answered with 429
 * @param retryAfterSeconds the {@code Retry-After} of those answers
 * @param hangs whether requests are accepted and get no answer until the carrier stops hanging
 * @param slowRate the share of requests that take {@value #SLOW_MILLIS} ms longer, from 0 to 1
 * @param forgetsSessions whether the sessions that have begun by now are forgotten; those that begin later aren't
 */
public record Faults(
        double errorRate,
        long latencyMillis,
        boolean rateLimited,
        long retryAfterSeconds,
        boolean hangs,
        double slowRate,
        boolean forgetsSessions) {

    /** How much longer slow requests take. */
    static final long SLOW_MILLIS = 700;

    /** A carrier in good health. */
    public static final Faults NONE = new Faults(0, 20, false, 0, false, 0, false);

    /** A carrier that takes requests and never answers. */
    public static final Faults HANG = new Faults(0, 0, false, 0, true, 0, false);

    /** A carrier that has forgotten all sessions, and is well otherwise. */
    public static final Faults FORGETFUL = new Faults(0, 20, false, 0, false, 0, true);

    public Faults {
        requireShare("errorRate", errorRate);
        requireShare("slowRate", slowRate);
        if (latencyMillis < 0 || latencyMillis > 60_000) {
            throw new IllegalArgumentException("latencyMillis must be between 0 and 60000, not " + latencyMillis);
        }
        if (retryAfterSeconds < 0) {
            throw new IllegalArgumentException("retryAfterSeconds must not be negative, not " + retryAfterSeconds);
        }
    }

    /** A carrier that answers this share of requests with 503, and all of them after this time. */
    public static Faults failing(double errorRate, long latencyMillis) {
        return new Faults(errorRate, latencyMillis, false, 0, false, 0, false);
    }

    /** A carrier that takes much longer for this share of requests than for others. */
    public static Faults slow(double slowRate) {
        return new Faults(0, 20, false, 0, false, slowRate, false);
    }

    /** A carrier that answers every request with 429, and asks for so much patience. */
    public static Faults rateLimiting(long retryAfterSeconds) {
        return new Faults(0, 0, true, retryAfterSeconds, false, 0, false);
    }

    /** Whether this request fails. */
    boolean fails() {
        return ThreadLocalRandom.current().nextDouble() < errorRate;
    }

    /** Takes as long as this request does. */
    void rest() {
        boolean slow = ThreadLocalRandom.current().nextDouble() < slowRate;
        try {
            TimeUnit.MILLISECONDS.sleep(latencyMillis + (slow ? SLOW_MILLIS : 0));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void requireShare(String name, double share) {
        if (share < 0 || share > 1) {
            throw new IllegalArgumentException(name + " must be between 0 and 1, not " + share);
        }
    }
}
