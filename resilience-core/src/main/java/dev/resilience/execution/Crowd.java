package dev.resilience.execution;

import dev.resilience.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of calls that have no thread of their own to keep one: as many as there are such calls, a hundred thousand
 * perhaps.
 *
 * <p>How does one find the few that are due? A look at all of them takes longer than a beat. A queue ordered by time has
 * every call pay for order that only those need that take long. So nothing is ordered on the way in: a call puts its alarm
 * on a stack, by one CAS, and never takes it away. The watchdog empties the stack at every beat, and drops what has been
 * silenced by then, which is nearly all. The rest are calls that take their time: those due soon are looked at with every
 * beat, the others are divided into wards and looked at in turn, one ward a beat, long enough before they are due.
 *
 * <p>Whoever arrives drops the silenced ones on top of the stack, so it doesn't grow while nobody beats.
 *
 * <p>Thread-safe. What belongs to the watchdog is under a lock that is his, as long as nobody is curious.
 */
final class Crowd {

    private static final int WARDS = 32;
    private static final long ROUND_NANOS = Duration.ofMillis(WARDS).toNanos();
    private static final long BEAT_NANOS = ROUND_NANOS / WARDS;
    /** Twice the time of a round, so that no beat that comes late is missed. */
    private static final long SOON_NANOS = 2 * ROUND_NANOS;

    private final AtomicReference<@Nullable Alarm> arrived = new AtomicReference<>();
    private final List<List<Alarm>> wards = new ArrayList<>();
    private List<Alarm> soon = new ArrayList<>();
    private List<Alarm> spare = new ArrayList<>();
    private int ward;
    private long lastBeat;

    Crowd() {
        for (int count = 0; count < WARDS; count++) {
            wards.add(new ArrayList<>());
        }
    }

    /** Adds an alarm that was just set. */
    void add(Alarm alarm) {
        Alarm top = arrived.get();
        while (true) {
            alarm.earlier = firstSet(top);
            Alarm seen = arrived.compareAndExchange(top, alarm);
            if (seen == top) {
                return;
            }
            top = seen;
        }
    }

    private static @Nullable Alarm firstSet(@Nullable Alarm top) {
        Alarm alarm = top;
        while (alarm != null && !alarm.isSet()) {
            alarm = alarm.earlier;
        }
        return alarm;
    }

    /** Looks at those that may be due, and has those go off that are. @return whether there are any left */
    boolean look(long beat, Ticker exact) {
        due(beat, exact).forEach(Alarm::pass);
        return !isEmpty();
    }

    /** What goes off may lead anywhere, even back here; so that is left to whoever has the lock no more. */
    private synchronized List<Alarm> due(long beat, Ticker exact) {
        List<Alarm> looked = soon;
        List<Alarm> due = new ArrayList<>(0);
        soon = spare;
        spare = looked;
        looked.forEach(alarm -> assign(alarm, alarm.look(beat, exact), due));
        looked.clear();
        lookAtWards(beat, exact, due);
        for (Alarm alarm = arrived.getAndSet(null); alarm != null; alarm = next(alarm)) {
            assign(alarm, alarm.look(beat, exact), due);
        }
        return due;
    }

    private synchronized boolean isEmpty() {
        return soon.isEmpty() && wards.stream().allMatch(List::isEmpty);
    }

    private static @Nullable Alarm next(Alarm alarm) {
        Alarm next = alarm.earlier;
        alarm.earlier = null;
        return next;
    }

    /** As many wards as time has passed, because beats may come late. */
    private void lookAtWards(long beat, Ticker exact, List<Alarm> due) {
        long passed = Math.max(BEAT_NANOS, Math.min(beat - lastBeat, ROUND_NANOS));
        lastBeat = beat;
        for (long nanos = 0; nanos < passed; nanos += BEAT_NANOS) {
            wards.get(ward).removeIf(alarm -> {
                long left = alarm.look(beat, exact);
                boolean stays = left > SOON_NANOS;
                if (!stays) {
                    assign(alarm, left, due);
                }
                return !stays;
            });
            ward = (ward + 1) % WARDS;
        }
    }

    /** The ward that was visited last is visited again a round later. */
    private void assign(Alarm alarm, long left, List<Alarm> due) {
        if (left > SOON_NANOS) {
            wards.get((ward + WARDS - 1) % WARDS).add(alarm);
        } else if (left > 0) {
            soon.add(alarm);
        } else if (left == 0) {
            due.add(alarm);
        }
    }

    /** How many are set: for tests and for the curious. */
    synchronized int set() {
        int set = 0;
        for (Alarm alarm = arrived.get(); alarm != null; alarm = alarm.earlier) {
            set += alarm.isSet() ? 1 : 0;
        }
        set += (int) soon.stream().filter(Alarm::isSet).count();
        set += (int) wards.stream().flatMap(List::stream).filter(Alarm::isSet).count();
        return set;
    }
}
