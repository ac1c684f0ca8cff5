package dev.resilience.ratelimit;

import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.TopKeys;
import dev.resilience.TopKeys.Ranked;
import dev.resilience.configuration.Durations;
import dev.resilience.key.KeyText;
import dev.resilience.key.KeyTypes;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One key of a rate limiter, for whoever asks. Thread-safe. */
final class RateLimiterKeys implements KeyedState {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final RateLimiter limiter;
    private final Supplier<LimitPlan> plan;
    private final Callers callers;
    private final Time time;

    /** @param plan the limits in force */
    RateLimiterKeys(RateLimiter limiter, Supplier<LimitPlan> plan, Callers callers, Time time) {
        this.limiter = limiter;
        this.plan = plan;
        this.callers = callers;
        this.time = time;
    }

    @Override
    public KeyView view(List<?> meant, @Nullable String tier) {
        Object key = known(meant);
        LimitPlan limits = plan.get();
        KeyStanding standing = standing(key);
        boolean shared = standing == KeyStanding.SHARED;
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("tier", tier);
        details.put(
                "override",
                shared ? null : limits.override(key).map(Limits::toString).orElse(null));
        details.put("windows", windows(key, tier == null ? limits.untiered(key) : limits.engine(key, tier)));
        if (tier == null && !shared) {
            details.put("tiers", tiers(key, limits));
        }
        callers.of(key).forEach((what, ranked) -> details.put(what, counts(ranked)));
        return new KeyView(KeyText.shown(key), standing, details);
    }

    @Override
    public KeyReset reset(List<?> meant) {
        Object key = known(meant);
        return new KeyReset(KeyText.shown(key), limiter.reset(key, plan.get().maxWaitNanos()));
    }

    @Override
    public Optional<TopKeys> top() {
        return callers.top();
    }

    /** The first that has charged something, or the first. */
    private Object known(List<?> meant) {
        return KeyTypes.likeliest(callers.meant(meant), key -> standing(key) == KeyStanding.OWN);
    }

    private KeyStanding standing(Object key) {
        return limiter.standing(key, time.ticker().nanos());
    }

    private Map<String, Object> tiers(Object key, LimitPlan limits) {
        Map<String, Object> tiers = new LinkedHashMap<>();
        limits.tiers().forEach(tier -> tiers.put(tier, windows(key, limits.engine(key, tier))));
        return tiers;
    }

    private List<Map<String, Object>> windows(Object key, Engine engine) {
        long now = time.ticker().nanos();
        Instant instant = time.wall().instant();
        return limiter.usage(key, engine, now).windows().stream()
                .map(window -> window(window, instant))
                .toList();
    }

    /** In whole milliseconds, rounded up: asking again then is not too early. */
    private static Map<String, Object> window(Usage.Window window, Instant now) {
        Duration reset = Duration.ofMillis((window.resetNanos() + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("limit", window.limit().toString());
        shown.put("permits", window.capacity());
        shown.put("used", window.used());
        shown.put("remaining", window.remaining());
        shown.put("reset", Durations.plain(reset));
        shown.put("reset-at", now.plus(reset).plusNanos(NANOS_PER_MILLI - 1).truncatedTo(ChronoUnit.MILLIS));
        return shown;
    }

    private static Map<String, Object> counts(Ranked ranked) {
        Map<String, Object> counts = new LinkedHashMap<>();
        counts.put("count", ranked.count());
        counts.put("error", ranked.error());
        counts.put("operations", ranked.operations());
        return counts;
    }
}
