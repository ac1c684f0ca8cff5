package dev.resilience.execution;

import dev.resilience.time.Ticker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of one thread: one for each deadline it is within at once, used again by its next call. Set and silenced by
 * that thread; looked at by the watchdog.
 *
 * <p>They also stand in for the scope of a call. Who wants to know what call a thread is in looks into its cell. But to put
 * the call there the collector wants a memory fence, and hardly anybody looks. A call that has nothing but deadlines, and no
 * call around it, therefore only says here that it is under way: one number. Whoever looks and finds the cell empty makes a
 * scope from the deadlines and puts it there.
 */
final class ThreadAlarms {

    private static final int FIRST = 2;

    private final Thread thread;
    private volatile ThreadAlarm[] alarms = new ThreadAlarm[0];
    private int used;

    /** How many are used for the call that they stand in for, and its route; 0 for none. */
    private int lent;

    private @Nullable Route route;

    /** Who looks at them. */
    final Deadlines of;

    ThreadAlarms(Deadlines of, Thread thread) {
        this.of = of;
        this.thread = thread;
        grow(FIRST);
    }

    /** The next one that isn't used. */
    Alarm take() {
        if (used == alarms.length) {
            grow(2 * used);
        }
        return alarms[used++];
    }

    /** The one at this place isn't used any more. Those above belong to calls that a broken stack has left open. */
    void giveBack(int place) {
        while (--used > place) {
            alarms[used].silenceLeftover();
        }
    }

    /** Stand in for the outermost call of the thread, which uses so many of them. */
    ThreadAlarms lend(Route to, int count) {
        if (route != to) {
            route = to;
        }
        lent = count;
        return this;
    }

    /** The call is over, and so is what was made of it. */
    void takeBack(@Nullable Object[] cell) {
        lent = 0;
        if (cell[ThreadCell.CALL] != null) {
            cell[ThreadCell.CALL] = null;
        }
    }

    /** Whether a call is under way that they stand in for. A broken stack may have failed to say that it isn't. */
    boolean areLent() {
        return lent > 0 && lent <= used;
    }

    /** The scope of the call that they stand in for, or null. */
    @Nullable CallScope scope() {
        Deadline innermost = areLent() ? alarms[lent - 1].deadline() : null;
        return innermost == null || route == null ? null : new CallScope(route, innermost);
    }

    private void grow(int size) {
        ThreadAlarm[] more = Arrays.copyOf(alarms, size);
        for (int index = alarms.length; index < size; index++) {
            more[index] = new ThreadAlarm(thread, this, index);
        }
        alarms = more;
    }

    boolean isOfTheDead() {
        return !thread.isAlive();
    }

    /** Looks at all of them, and has those go off that are due. @return whether any is set */
    boolean look(long beat, Ticker exact) {
        boolean busy = false;
        for (ThreadAlarm alarm : alarms) {
            long left = alarm.look(beat, exact);
            if (left == 0) {
                alarm.pass();
            }
            busy |= left != Alarm.SILENCE;
        }
        return busy;
    }

    int set() {
        return (int) Arrays.stream(alarms).filter(Alarm::isSet).count();
    }
}
