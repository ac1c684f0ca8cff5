package dev.resilience.execution;

import dev.resilience.time.Ticker;
import java.util.Arrays;

/**
 * The alarms of one thread: one for each deadline it is within at once, used again by its next call. Set and silenced by
 * that thread; looked at by the watchdog.
 */
final class ThreadAlarms {

    private static final int FIRST = 2;

    private final Thread thread;
    private volatile ThreadAlarm[] alarms = new ThreadAlarm[0];
    private int used;

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
