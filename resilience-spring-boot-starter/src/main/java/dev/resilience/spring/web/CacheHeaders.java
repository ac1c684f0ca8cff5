package dev.resilience.spring.web;

import dev.resilience.cache.CacheConfiguration;
import dev.resilience.cache.EntityTag;
import dev.resilience.cache.HttpCaching;
import dev.resilience.spring.guard.CachedHandler;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The headers that tell clients of a cached handler how long its answer holds (RFC 9111, 5861 and 9211).
 *
 * <p><b>How old, and for how long?</b> A client takes {@code Age} off {@code max-age}. So {@code max-age} is not what is left of
 * a result's time but the age and what is left, each in whole seconds rounded down: what the client makes of it is never more
 * than what is left. A result that is given though its time is over has {@code max-age=0} and its true age; that it may be given
 * so is not passed on with it, for its time has been stretched once already.
 *
 * <p><b>Whose?</b> What is asked for by somebody, or answered with a cookie, is private whatever the cache is told: a shared
 * cache would give it to others (RFC 9111, 3.5).
 *
 * <p>What the application has set itself stays, header by header; {@code Vary} and {@code Cache-Status} are lists, and get
 * longer. Thread-safe.
 */
public final class CacheHeaders {

    /** The most that every recipient understands (RFC 9111, 1.2.2). */
    private static final long MOST_SECONDS = 1L << 31;

    private static final String STATUS = "Cache-Status";

    private final boolean tellsStatus;
    private final EntityTags tags;

    public CacheHeaders(boolean tellsStatus, EntityTags tags) {
        this.tellsStatus = tellsStatus;
        this.tags = tags;
    }

    /** Whether this is the status of an answer that clients may keep, or of one they have kept. */
    public static boolean concern(int status) {
        return status == 200 || status == 304;
    }

    /**
     * Tells the client of the exchange, before the response goes out.
     *
     * @param body the bytes of the response; null where they aren't known all together
     * @return whether the client has the response already, so that {@code 304} is the answer
     */
    public boolean tell(
            Provenance from, CachedHandler handler, CachedExchange exchange, @Nullable Supplier<byte[]> body) {
        CacheConfiguration told = handler.configuration();
        boolean isPublic = isPublic(handler, exchange);
        if (!isSaid(HttpHeaders.CACHE_CONTROL, exchange) && !isSaid(HttpHeaders.EXPIRES, exchange)) {
            exchange.answer(HttpHeaders.CACHE_CONTROL, control(from, told, isPublic));
        }
        if (from.isKept()) {
            if (!isSaid(HttpHeaders.AGE, exchange)) {
                exchange.answer(HttpHeaders.AGE, Long.toString(seconds(from.ageSeconds())));
            }
            vary(handler, exchange);
        }
        if (tellsStatus) {
            lengthen(STATUS, List.of(status(from)), exchange);
        }
        return isMatch(from, told.etag(), exchange, body);
    }

    /** Whether the client has what a weak tag stands for, as is known before anything is rendered. */
    public boolean isKnown(Provenance from, CachedHandler handler, CachedExchange exchange) {
        return handler.configuration().etag() == EntityTag.WEAK
                && isTagged(from, exchange)
                && !isSaid(HttpHeaders.ETAG, exchange)
                && tags.match(exchange.asked(HttpHeaders.IF_NONE_MATCH), tags.ofResult(from.number()));
    }

    /** Takes back what was said to shared caches, where the response has turned out to be somebody's after all. */
    public static void makePrivate(CachedExchange exchange) {
        List<String> said = exchange.answered(HttpHeaders.CACHE_CONTROL);
        if (said.size() == 1 && said.get(0).startsWith("public")) {
            exchange.answer(HttpHeaders.CACHE_CONTROL, "private" + said.get(0).substring("public".length()));
        }
    }

    private static boolean isPublic(CachedHandler handler, CachedExchange exchange) {
        return handler.configuration().http() == HttpCaching.PUBLIC
                && !handler.variance().ofCaller()
                && !exchange.isOfSomebody()
                && exchange.asked(HttpHeaders.AUTHORIZATION).isEmpty()
                && !isSaid(HttpHeaders.SET_COOKIE, exchange);
    }

    private static boolean isSaid(String header, CachedExchange exchange) {
        return !exchange.answered(header).isEmpty();
    }

    private static String control(Provenance from, CacheConfiguration told, boolean isPublic) {
        if (!from.isKept()) {
            return "no-store";
        }
        String whose = isPublic ? "public" : "private";
        if (!from.isFresh()) {
            return whose + ", max-age=0";
        }
        return whose + ", max-age=" + seconds(from.ageSeconds() + from.freshSeconds())
                + lenience("stale-while-revalidate", told.staleWhileRevalidate())
                + lenience("stale-if-error", told.staleIfError());
    }

    private static String lenience(String directive, @Nullable Duration time) {
        return time == null || time.isZero() ? "" : ", " + directive + "=" + seconds(time.toSeconds());
    }

    private static long seconds(long seconds) {
        return Math.min(seconds, MOST_SECONDS);
    }

    private static void vary(CachedHandler handler, CachedExchange exchange) {
        Set<String> names = new LinkedHashSet<>(handler.variance().headers());
        boolean authorized = !exchange.asked(HttpHeaders.AUTHORIZATION).isEmpty();
        if (handler.variance().ofCaller() || authorized) {
            names.add(HttpHeaders.AUTHORIZATION);
        }
        if (handler.variance().ofCaller() || exchange.isOfSomebody() && !authorized) {
            names.add(HttpHeaders.COOKIE);
        }
        if (!exchange.hasOneRepresentation()) {
            names.add(HttpHeaders.ACCEPT);
        }
        lengthen(HttpHeaders.VARY, names, exchange);
    }

    /** Adds to a list what isn't on it. */
    private static void lengthen(String header, Collection<String> members, CachedExchange exchange) {
        List<String> said = exchange.answered(header);
        Set<String> known = said.stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        List<String> missing = members.stream()
                .filter(member -> !known.contains("*") && !known.contains(member.toLowerCase(Locale.ROOT)))
                .toList();
        if (!missing.isEmpty()) {
            exchange.answer(
                    header,
                    String.join(
                            ", ", Stream.concat(said.stream(), missing.stream()).toList()));
        }
    }

    private static String status(Provenance from) {
        String how =
                switch (from.way()) {
                    case HIT -> "hit; ttl=" + from.freshSeconds();
                    case STALE -> "hit; ttl=" + from.freshSeconds() + "; detail=stale";
                    case LOADED -> from.isKept() ? "fwd=miss; stored" : "fwd=miss";
                    case SHARED -> "fwd=miss; collapsed";
                    case PASSED -> "fwd=bypass";
                };
        return "resilience; " + how;
    }

    private boolean isMatch(Provenance from, EntityTag kind, CachedExchange exchange, @Nullable Supplier<byte[]> body) {
        if (kind == EntityTag.OFF || !isTagged(from, exchange)) {
            return false;
        }
        if (!isSaid(HttpHeaders.ETAG, exchange)) {
            String tag = tag(kind, from, body);
            if (tag == null) {
                return false;
            }
            exchange.answer(HttpHeaders.ETAG, tag);
        }
        return tags.match(
                exchange.asked(HttpHeaders.IF_NONE_MATCH),
                exchange.answered(HttpHeaders.ETAG).get(0));
    }

    /** What nobody keeps needs no tag. */
    private static boolean isTagged(Provenance from, CachedExchange exchange) {
        return from.isKept()
                && exchange.answered(HttpHeaders.CACHE_CONTROL).stream()
                        .noneMatch(said -> said.toLowerCase(Locale.ROOT).contains("no-store"));
    }

    private @Nullable String tag(EntityTag kind, Provenance from, @Nullable Supplier<byte[]> body) {
        if (kind == EntityTag.WEAK) {
            return tags.ofResult(from.number());
        }
        return body == null ? null : tags.ofBytes(body.get());
    }
}
