package dev.resilience.spring.web;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.guard.RequestRule;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything about limits that belongs to one request: the rules it meets, found once, and how its caller stands with the
 * limiters that have decided about it so far. A limiter that decides again replaces what it said. Thread-safe.
 */
public final class RequestLimits {

    private final List<RequestRule> beforeLogin;
    private final List<RequestRule> afterLogin;
    private final Map<String, Standing> standings = new LinkedHashMap<>();
    private volatile @Nullable RateLimitedException refusal;
    private volatile boolean entering;

    /** The limits of a request that meets these rules. */
    public RequestLimits(List<RequestRule> rules) {
        this.beforeLogin = rules.stream().filter(RequestRule::beforeLogin).toList();
        this.afterLogin = rules.stream().filter(rule -> !rule.beforeLogin()).toList();
    }

    /** The rules of one phase. */
    public List<RequestRule> rules(boolean before) {
        return before ? beforeLogin : afterLogin;
    }

    /** Says that rules are deciding about the request now, or have decided. */
    public void entering(boolean now) {
        entering = now;
    }

    /** Whether rules are deciding about the request at this moment. */
    public boolean isEntering() {
        return entering;
    }

    /** Notes how the caller stands with one limiter. */
    public synchronized void note(Standing standing) {
        standings.put(standing.policy(), standing);
    }

    /** How the caller stands with all of them, in the order they first decided. */
    public synchronized Collection<Standing> standings() {
        return List.copyOf(standings.values());
    }

    /** Notes that a rule has refused the request. */
    public void refusedByRule(RateLimitedException refusal) {
        this.refusal = refusal;
    }

    /** Whether this refusal is that of a rule. */
    public boolean isOfRule(Throwable thrown) {
        return thrown == refusal;
    }
}
