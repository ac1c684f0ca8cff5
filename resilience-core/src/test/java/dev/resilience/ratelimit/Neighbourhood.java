package dev.resilience.ratelimit;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rate limiters beside each other on one method, asked as the interpreter would ask them. */
final class Neighbourhood {

    private final ManualTime time;
    private final List<RateLimiterPolicy> limiters = new ArrayList<>();

    Neighbourhood(ManualTime time) {
        this.time = time;
    }

    Neighbourhood(ManualTime time, RateLimiterPolicy... limiters) {
        this(time);
        this.limiters.addAll(List.of(limiters));
    }

    static RateLimiterPolicy limiter(ManualTime time, String name, Map<String, String> knobs) {
        return limiter(time, name, Configurations.of(RateLimiterConfiguration.class, knobs));
    }

    static RateLimiterPolicy limiter(ManualTime time, String name, RateLimiterConfiguration configuration) {
        return new RateLimiterPolicy(name, configuration, new PolicyContext(time.time(), event -> {}, List.of()));
    }

    RateLimiterPolicy get(int at) {
        return limiters.get(at);
    }

    /** One more limiter further in. */
    Neighbourhood with(String limits, String maxWait) {
        limiters.add(limiter(time, "limiter-" + limiters.size(), Map.of("limits", limits, "max-wait", maxWait)));
        return this;
    }

    /** A call with these keys, each costing so much. */
    Visit ask(List<?> keys, long... costs) {
        return askAt(time.nanos(), keys, costs); // read once in a walk, for all views
    }

    /** A call that read the clock at this time and was held up on its way here. */
    Visit askAt(long now, List<?> keys, long... costs) {
        Visit visit = new Visit();
        for (int at = 0; at < limiters.size(); at++) {
            visit.views.add(new FakeCall(() -> now, () -> now).key(keys.get(at)).cost(costs[at]));
        }
        for (int at = 1; at < limiters.size(); at++) {
            visit.views.get(0).beside(limiters.get(at), visit.views.get(at));
        }
        return visit.walkIn();
    }

    /** One call. */
    final class Visit {
        private final List<FakeCall> views = new ArrayList<>();
        private int entered;
        private long waitNanos;
        private RateLimitedException refusal;

        private Visit walkIn() {
            for (int at = 0; at < views.size() && refusal == null; at++) {
                Admission answer = limiters.get(at).admit(views.get(at));
                if (answer instanceof Admission.Fail fail) {
                    refusal = (RateLimitedException) fail.cause();
                } else {
                    entered++;
                    waitNanos += answer instanceof Admission.ProceedAfter wait ? wait.waitNanos() : 0;
                }
            }
            if (refusal != null) {
                cancel();
            }
            return this;
        }

        boolean passed() {
            return refusal == null;
        }

        long waitNanos() {
            return waitNanos;
        }

        RateLimitedException refusal() {
            return refusal;
        }

        /** When all of them charged, in the time of the limiters, if one of those further in did. */
        long chargedAt() {
            return Ticket.time(views.stream()
                    .map(FakeCall::memo)
                    .filter(Share.class::isInstance)
                    .mapToLong(share -> ((Share) share).ticket())
                    .max()
                    .orElseThrow());
        }

        /** The method is never invoked. */
        void cancel() {
            for (int at = entered - 1; at >= 0; at--) {
                limiters.get(at).settle(views.get(at).ended(Outcome.CANCELLED, null, null, false));
            }
        }
    }
}
