package dev.resilience.proof;

import dev.resilience.circuitbreaker.CircuitBreakerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A breaker that opens after failures in a row, as simply as the manual can be written down: what a real one is compared
 * with. Not thread-safe.
 */
final class BreakerTwin {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    static final long WAIT = 10 * SECOND;
    static final long LONGEST_WAIT = 60 * SECOND;
    static final long LEASE = 15 * SECOND;

    private final int failures;
    private final int probes;
    private final int threshold;
    private final boolean automatic;
    private CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private Object generation = new Object();
    private long since;
    private long wait;
    private int inARow;
    private int openings;
    private int succeeded;
    private int failed;
    private final List<Lease> leases = new ArrayList<>();

    private record Lease(Object generation, long begun) {}

    /** The knobs of a real one that is like this. */
    static Map<String, String> knobs(int failures, int probes, int threshold) {
        return Map.of(
                "consecutive-failures", String.valueOf(failures),
                "window", "1000",
                "minimum-calls", "1000",
                "open-wait", "10s",
                "max-open-wait", "60s",
                "open-wait-jitter", "0",
                "probe-lease", "15s",
                "probes", String.valueOf(probes),
                "success-threshold", String.valueOf(threshold));
    }

    BreakerTwin(int failures, int probes, int threshold, boolean automatic) {
        this.failures = failures;
        this.probes = probes;
        this.threshold = threshold;
        this.automatic = automatic;
    }

    CircuitBreakerState state(long now) {
        if (automatic && state == CircuitBreakerState.OPEN && now - since >= wait) {
            become(CircuitBreakerState.HALF_OPEN, now);
        }
        return state;
    }

    @Nullable Object admit(long now) {
        state(now);
        if (state == CircuitBreakerState.OPEN && now - since >= wait) {
            become(CircuitBreakerState.HALF_OPEN, now);
        }
        Lease lease = new Lease(generation, now);
        switch (state) {
            case CLOSED, DISABLED -> {
                return lease;
            }
            case HALF_OPEN -> {
                if (letsProbeIn(now)) {
                    leases.add(lease);
                    return lease;
                }
                return null;
            }
            default -> {
                return null;
            }
        }
    }

    /**
     * A probe that isn't back in time has failed, which the next call notices, or its own late end. A call that is refused
     * writes down only what opens the breaker.
     */
    private boolean letsProbeIn(long now) {
        List<Lease> lapsed =
                leases.stream().filter(lease -> now - lease.begun >= LEASE).toList();
        if (failed + lapsed.size() > probes - threshold) {
            open(now);
            return false;
        }
        if (leases.size() + succeeded + failed >= probes) {
            return false;
        }
        leases.removeAll(lapsed);
        failed += lapsed.size();
        return true;
    }

    void ended(Object token, boolean well, long now) {
        state(now);
        Lease lease = (Lease) token;
        if (lease.generation != generation || state == CircuitBreakerState.DISABLED) {
            return;
        }
        if (state == CircuitBreakerState.CLOSED) {
            inARow = well ? 0 : inARow + 1;
            if (inARow >= failures) {
                open(now);
            }
            return;
        }
        if (leases.remove(lease)) {
            boolean succeeds = well && now - lease.begun < LEASE;
            succeeded += succeeds ? 1 : 0;
            failed += succeeds ? 0 : 1;
            judgeProbes(now);
        }
    }

    void left(Object token, long now) {
        state(now);
        if (leases.contains(token) && now - ((Lease) token).begun >= LEASE) {
            ended(token, false, now);
        } else {
            leases.remove(token);
        }
    }

    private void judgeProbes(long now) {
        if (failed > probes - threshold) {
            open(now);
        } else if (succeeded >= threshold) {
            openings = 0;
            become(CircuitBreakerState.CLOSED, now);
        }
    }

    private void open(long now) {
        wait = Math.min(LONGEST_WAIT, WAIT << Math.min(openings, 10));
        openings++;
        become(CircuitBreakerState.OPEN, now);
    }

    void order(CircuitBreakerState ordered, long now) {
        openings = 0;
        become(ordered, now);
    }

    private void become(CircuitBreakerState next, long now) {
        state = next;
        since = now;
        generation = new Object();
        inARow = 0;
        succeeded = 0;
        failed = 0;
        leases.clear();
    }

    long remaining(long now) {
        return state == CircuitBreakerState.OPEN ? Math.max(0, since + wait - now) : -1;
    }

    /** How long until something may happen by itself. */
    long untilNextInstant(long now) {
        long next = state == CircuitBreakerState.OPEN ? since + wait - now : 1;
        for (Lease lease : leases) {
            next = Math.max(1, lease.begun + LEASE - now);
        }
        return Math.max(1, next);
    }
}
