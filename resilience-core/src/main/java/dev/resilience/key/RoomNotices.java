package dev.resilience.key;

import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells operators when the keys of a policy find no room, and when they do again: once per episode. Thread-safe. */
public final class RoomNotices {

    private final String kind;
    private final String name;
    private final EventSink events;
    private final AtomicBoolean told = new AtomicBoolean();

    public RoomNotices(String kind, String name, EventSink events) {
        this.kind = kind;
        this.name = name;
        this.events = events;
    }

    /**
     * What was told last is not told again, if two changes arrive as one.
     *
     * @param full whether keys find no room
     * @param what the notice
     */
    public void tell(boolean full, String what) {
        if (told.compareAndSet(!full, full)) {
            events.publish(new ResilienceEvent.Noticed(kind, name, what));
        }
    }
}
