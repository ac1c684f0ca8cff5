package dev.resilience.spring.web;

import dev.resilience.configuration.Durations;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.ratelimit.Usage.Window;
import dev.resilience.spring.config.HeaderStyle;
import dev.resilience.spring.config.ResetStyle;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The headers that tell a caller about its limits.
 *
 * <p><b>Which of several windows?</b> {@code X-RateLimit-*} can tell one. An allowed caller learns of the window that is
 * nearest to exhaustion, a refused one of the window it has to wait for longest. {@code RateLimit-Policy} and
 * {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-10) tell all of them, each under the name of its limiter, with
 * the window added where a limiter has several. What is left never exceeds the limit that is told, so of a token bucket
 * that is its burst.
 *
 * <p><b>When is the reset?</b> Windows slide, so there is no moment at which all permits return. It is the moment the next
 * one does; for a refused caller never before {@code Retry-After}, or it would come back in vain. Seconds are rounded up.
 * Thread-safe.
 */
public final class LimitHeaders {

    private static final Comparator<Window> EXHAUSTION = Comparator.comparingDouble(
                    (Window window) -> (double) window.remaining() / window.capacity())
            .thenComparing(Comparator.comparing(Window::reset).reversed());

    private final HeaderStyle style;
    private final ResetStyle reset;
    private final InstantSource wall;

    /** @param wall tells the date, for resets in seconds since 1970 */
    public LimitHeaders(HeaderStyle style, ResetStyle reset, InstantSource wall) {
        this.style = style;
        this.reset = reset;
        this.wall = wall;
    }

    /** Whether there are any headers to tell. */
    public boolean tell() {
        return style != HeaderStyle.NONE;
    }

    /** The headers of a caller who is let in, by name; none if no limiter has anything to say. */
    public Map<String, String> allowed(Collection<Standing> standings) {
        List<Told> told = standings.stream()
                .flatMap(standing -> told(standing, Duration.ZERO, List.of()).stream())
                .toList();
        Map<String, String> headers = new LinkedHashMap<>();
        told.stream()
                .min(Comparator.comparing(Told::window, EXHAUSTION))
                .ifPresent(nearest -> put(headers, nearest, told));
        return headers;
    }

    /** The headers of a caller who is refused by one limiter and stands like this with others. */
    public Map<String, String> refused(RateLimitedException refusal, Collection<Standing> standings) {
        Duration wait = Duration.ofSeconds(
                refusal.retryAfter().map(StructuredField::seconds).orElse(0L));
        List<Told> told = new ArrayList<>(told(new Standing(refusal.name(), refusal.usage()), wait, List.of(refusal)));
        Told worst = told.stream()
                .filter(one -> one.window().limit().equals(refusal.limit()))
                .findFirst()
                .orElseThrow();
        standings.stream()
                .filter(standing -> !standing.policy().equals(refusal.name()))
                .forEach(standing -> told.addAll(told(standing, Duration.ZERO, List.of())));
        Map<String, String> headers = new LinkedHashMap<>();
        put(headers, worst, told);
        return headers;
    }

    /** One window as it is told: under which name, and after what time there is more. */
    private record Told(String name, Window window, Duration reset) {}

    private static List<Told> told(Standing standing, Duration least, List<RateLimitedException> refusals) {
        List<Window> windows = standing.usage().windows();
        return windows.stream()
                .map(window -> {
                    boolean refused = refusals.stream()
                            .anyMatch(refusal -> refusal.violated().contains(window.limit()));
                    Duration wait = refused ? longer(window.reset(), least) : window.reset();
                    return new Told(name(standing.policy(), window, windows.size()), window, wait);
                })
                .toList();
    }

    private static String name(String policy, Window window, int windows) {
        return windows == 1
                ? policy
                : policy + "/" + Durations.plain(window.limit().window());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private void put(Map<String, String> headers, Told nearest, List<Told> told) {
        if (style.isLegacy()) {
            headers.put("X-RateLimit-Limit", Long.toString(nearest.window().capacity()));
            headers.put("X-RateLimit-Remaining", Long.toString(nearest.window().remaining()));
            headers.put("X-RateLimit-Reset", Long.toString(reset(nearest.reset())));
            headers.put("X-RateLimit-Window", Long.toString(window(nearest)));
        }
        if (style.isIetf()) {
            headers.put("RateLimit-Policy", list(told, LimitHeaders::policy));
            headers.put("RateLimit", list(told, LimitHeaders::state));
        }
    }

    private long reset(Duration fromNow) {
        if (reset == ResetStyle.DELTA) {
            return StructuredField.seconds(fromNow);
        }
        Instant moment = wall.instant().plus(fromNow);
        return moment.getNano() == 0 ? moment.getEpochSecond() : moment.getEpochSecond() + 1;
    }

    private static long window(Told told) {
        return StructuredField.seconds(told.window().limit().window());
    }

    private static String list(List<Told> told, java.util.function.Function<Told, String> member) {
        return told.stream()
                .map(one -> StructuredField.string(one.name()) + member.apply(one))
                .collect(Collectors.joining(", "));
    }

    private static String policy(Told told) {
        return ";q=" + StructuredField.integer(told.window().capacity()) + ";w=" + window(told);
    }

    private static String state(Told told) {
        return ";r=" + StructuredField.integer(told.window().remaining()) + ";t="
                + StructuredField.seconds(told.reset());
    }
}
