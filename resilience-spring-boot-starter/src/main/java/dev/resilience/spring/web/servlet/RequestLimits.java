package dev.resilience.spring.web.servlet;

import dev.resilience.spring.web.Standing;
import dev.resilience.spring.web.Standings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of the limits of one request, kept in an attribute of it. Thread-safe. */
final class RequestLimits {

    private static final String ATTRIBUTE = RequestLimits.class.getName();

    private final Standings standings = new Standings();
    private volatile boolean deciding;
    private volatile boolean turnedAway;
    private volatile @Nullable Throwable refusal;

    private RequestLimits() {}

    /** Those of this request, from now on. */
    static RequestLimits of(HttpServletRequest request) {
        RequestLimits known = find(request);
        if (known != null) {
            return known;
        }
        RequestLimits limits = new RequestLimits();
        request.setAttribute(ATTRIBUTE, limits);
        return limits;
    }

    /** Those of this request; null where nothing has decided about it. */
    static @Nullable RequestLimits find(HttpServletRequest request) {
        return (RequestLimits) request.getAttribute(ATTRIBUTE);
    }

    /** How the caller stands, as far as it is known. */
    static Collection<Standing> standings(HttpServletRequest request) {
        RequestLimits known = find(request);
        return known == null ? List.of() : known.all();
    }

    /** Whether this refusal is that of a rule. */
    static boolean isOfRule(Throwable thrown, HttpServletRequest request) {
        RequestLimits known = find(request);
        return known != null && known.refusal == thrown;
    }

    Collection<Standing> all() {
        return standings.all();
    }

    void note(Standing standing) {
        standings.note(standing);
    }

    /** Says whether it is rules that decide about the request at this moment. */
    void deciding(boolean now) {
        deciding = now;
    }

    boolean isDeciding() {
        return deciding;
    }

    /** Notes that a rule has refused the request. */
    void refusedByRule(Throwable thrown) {
        refusal = thrown;
        turnedAway = true;
    }

    /** Notes that rules have not let the request in. */
    void turnedAway() {
        turnedAway = true;
    }

    /** Whether rules have not let the request in: then those that had before charge nothing for it. */
    boolean isTurnedAway() {
        return turnedAway;
    }
}
