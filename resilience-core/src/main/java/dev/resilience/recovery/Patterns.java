package dev.resilience.recovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Errors that come again and again from the same place. Thread-safe, by its monitor.
 *
 * <p><b>How to recognise them in bounded memory, whatever comes?</b> Only so many origins are watched, and of each no more
 * sightings are remembered than make a pattern: that many within the window is exact, wherever the window lies. If one more
 * origin comes than fit, the one leaves that was seen least in the window. So among whatever noise, an origin is recognised that
 * comes twice before all others together have filled the room.
 */
final class Patterns {

    /** How many origins are watched. */
    static final int MOST = 64;

    private final int pattern;
    private final long windowNanos;
    private final long pauseNanos;
    private final Map<Origin, Sightings> watched = new HashMap<>();
    private long recognised;

    /** @param pattern how many of one origin in the window make a pattern */
    Patterns(int pattern, long windowNanos, long pauseNanos) {
        this.pattern = pattern;
        this.windowNanos = windowNanos;
        this.pauseNanos = pauseNanos;
    }

    /** An error of this origin. @return whether that is a pattern that is to be told now */
    synchronized boolean see(Origin origin, long now) {
        Sightings sightings = watched.get(origin);
        if (sightings == null) {
            makeRoom(now);
            sightings = new Sightings(pattern);
            watched.put(origin, sightings);
        }
        boolean isPattern = sightings.see(now, windowNanos);
        boolean tells = isPattern && sightings.mayBeTold(now, pauseNanos);
        recognised += tells ? 1 : 0;
        return tells;
    }

    private void makeRoom(long now) {
        if (watched.size() < MOST) {
            return;
        }
        Origin rarest = watched.entrySet().stream()
                .min(Comparator.comparingInt(entry -> entry.getValue().within(now, windowNanos)))
                .map(Map.Entry::getKey)
                .orElseThrow();
        watched.remove(rarest);
    }

    /** How often a pattern was told. */
    synchronized long recognised() {
        return recognised;
    }

    /** The patterns that still go on, the most frequent first. */
    synchronized List<String> now(long now, int most) {
        List<Map.Entry<Origin, Sightings>> told = new ArrayList<>(watched.entrySet());
        told.removeIf(entry -> !entry.getValue().wasTold() || entry.getValue().within(now, windowNanos) == 0);
        told.sort(Comparator.comparingLong(
                        (Map.Entry<Origin, Sightings> entry) -> entry.getValue().total())
                .reversed());
        return told.stream()
                .limit(most)
                .map(entry -> words(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static String words(Origin origin, Sightings sightings) {
        String where = origin.site().isEmpty() ? "" : " at " + origin.site();
        return origin.error() + where + ", " + sightings.total() + " times";
    }
}
