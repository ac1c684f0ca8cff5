package dev.resilience.ratelimit;

import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells operators when the keys of a limiter find no room, and when they do again: once per episode. Thread-safe. */
final class RoomNotices {

    private final String name;
    private final EventSink events;
    private final AtomicBoolean told = new AtomicBoolean();

    RoomNotices(String name, EventSink events) {
        this.name = name;
        this.events = events;
    }

    /** @param full whether keys find no room. What was told last is not told again, if two changes arrive as one. */
    void tell(boolean full, int keys, int most) {
        if (told.compareAndSet(!full, full)) {
            events.publish(
                    new ResilienceEvent.Noticed(RateLimiterKind.ID, name, full ? begun(most) : over(keys, most)));
        }
    }

    private static String begun(int most) {
        return "more than " + most + " keys have something charged, or their hashes collide: new keys share "
                + KeyStore.SHARED_BUCKETS + " strict buckets, without tiers and overrides. If the keys are real, raise "
                + "max-keys; if somebody invents them, limit further out by what can't be invented, such as ip";
    }

    private static String over(int keys, int most) {
        return "keys find room again: " + keys + " of " + most
                + " have something charged, and no bucket is shared any more";
    }
}
