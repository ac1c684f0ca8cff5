package dev.resilience.time;

import java.util.concurrent.atomic.LongAdder;

/**
 * How many calls there were in the last slots of time, and how often something happened to one. Thread-safe.
 *
 * <p>A call costs one increment of an adder and a look at the coarse tick: what the adder said when a slot began is
 * remembered, so a slot has what it said since. What happens to calls is seldom, and counted under the monitor. An heir
 * that asks for several numbers that belong together holds it.
 */
public abstract class CallSlots extends Slots {

    private final LongAdder calls = new LongAdder();

    // Guarded by this:
    private final long[] callsBefore;
    private final long[] events;

    /** See {@link Slots}. */
    protected CallSlots(long slotNanos, int number, long now) {
        super(slotNanos, number, now);
        this.callsBefore = new long[number];
        this.events = new long[number];
    }

    /** A call came. The tick may lag behind the time given elsewhere. */
    public final void called(long tick) {
        if (isOver(tick)) {
            turn(tick);
        }
        calls.increment();
    }

    /** It happened so often. */
    protected final synchronized void happened(int times, long now) {
        turn(now);
        events[place(0)] += times;
    }

    /** From then on the slots are counted from this time. */
    protected final synchronized void upTo(long now) {
        turn(now);
    }

    /** How many calls came in the slots from so many to so many before the current one; calls that come meanwhile may be missing. */
    protected final synchronized long calls(int from, int to) {
        if (!existed(to)) {
            return 0;
        }
        long end = to == 0 ? calls.sum() : callsBefore[place(to - 1)];
        return end - callsBefore[place(from)];
    }

    /** How often it happened in the slots from so many to so many before the current one. */
    protected final synchronized long events(int from, int to) {
        long sum = 0;
        for (int ago = to; ago <= from && existed(ago); ago++) {
            sum += events[place(ago)];
        }
        return sum;
    }

    @Override
    protected final void begin(int place) {
        callsBefore[place] = calls.sum();
        events[place] = 0;
    }
}
