package dev.resilience.ratelimit;

import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One block of any engine, a time turned by hand, and a wall clock that jumps when a test says so. */
final class Story {

    private static final int AT = 2;

    final ManualTime time = new ManualTime();
    private Instant wallBase;
    private long wallSince = time.nanos();
    final Engines engines;
    private final Timeline timeline;
    Engine engine;
    private long[] words;

    Story(Instant wall) {
        wallBase = wall;
        timeline = new Timeline(new dev.resilience.time.Time(time, time, time, this::wall, () -> 0.5));
        engines = new Engines(timeline);
    }

    static Map<Duration, Long> bursts(Limits limits, long... bursts) {
        Map<Duration, Long> map = new HashMap<>();
        for (int each = 0; each < bursts.length; each++) {
            map.put(limits.all().get(each).window(), bursts[each]);
        }
        return map;
    }

    Story with(Engine first) {
        engine = first;
        words = new long[AT + engine.freshSize()];
        engine.fresh(words, AT);
        return this;
    }

    /** Another engine takes over what was charged. */
    void becomes(Engine next) {
        long[] room = new long[AT + next.sizeToInherit(engine, words, AT, now())];
        next.inherit(engine, words, AT, now(), room, AT);
        words = room;
        engine = next;
    }

    Instant wall() {
        return wallBase.plusNanos(time.nanos() - wallSince);
    }

    /** The wall clock jumps; time doesn't. */
    void jump(Duration by) {
        wallBase = wall().plus(by);
        wallSince = time.nanos();
    }

    long now() {
        return timeline.now();
    }

    long earliest(long cost) {
        return engine.earliest(words, AT, now(), now(), cost);
    }

    /** When it was charged, or -1. */
    long charge(long cost, long maxWait) {
        long first = earliest(cost);
        if (first == Engine.NEVER || first - now() > maxWait) {
            return -1;
        }
        long[] room = new long[AT + engine.sizeToCharge(words, AT, first, cost)];
        engine.grow(words, AT, first, cost, room, AT);
        words = room;
        engine.charge(words, AT, first, cost);
        return first;
    }

    boolean passes(long cost) {
        return charge(cost, 0) >= 0;
    }

    void refund(long at, long cost) {
        engine.refund(words, AT, at, cost);
    }

    boolean idle() {
        return engine.idle(words, AT, now());
    }

    Usage.Window usage() {
        return usages().get(0);
    }

    List<Usage.Window> usages() {
        return engine.usage(words, AT, now());
    }

    Refusal refusal(long cost) {
        return engine.refusal(words, AT, now(), cost, earliest(cost));
    }
}
