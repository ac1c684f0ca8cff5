package dev.resilience.execution;

import dev.resilience.Admission.ProceedWithin;
import dev.resilience.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What the watchdog sees of a deadline: a word, and how long.
 *
 * <p>Who is first, the value or the time? Both move the word on by one CAS, and there is no third way. The loser believes
 * the winner: a late value is dropped, a late expiry does nothing.
 *
 * <p>When does the time begin? Reading the clock at the start of every call would cost more than all the rest, so the
 * watchdog takes the time when it first looks at a setting. The time therefore passes late by up to a beat, and never early.
 *
 * <p>A thread sets the same alarm for every call it makes, so the word counts the settings. Who looks at the alarm of a call
 * and stops to think finds another word when he comes back, and what he knows of the time belongs to a word. Nothing here is
 * a reference that changes: telling the collector of one would cost as much as the CAS.
 *
 * <p>Set and silenced by the call it belongs to; looked at by one watchdog; asked by anybody.
 */
abstract class Alarm {

    /** What is left of no time. */
    static final long SILENCE = -1;

    private static final int SET = 1;
    private static final int RINGING = 2;
    private static final int RUNG = 3;
    private static final int STATES = 4;

    private static final VarHandle WORD;
    private static final VarHandle SEEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Alarm.class, "word", long.class);
            SEEN = lookup.findVarHandle(Alarm.class, "seen", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The number of the setting, and in the last two bits its state. */
    private volatile long word;

    private long nanos;
    /** The last setting the watchdog has seen, and when: written by the watchdog only, the time first. */
    private volatile long seen;

    private long seenAt;

    /** The next one that arrived before it, where alarms arrive in a crowd; see {@link Crowd}. */
    @Nullable Alarm earlier;

    /** Goes off after this time. @return the setting */
    final long set(long afterNanos) {
        long setting = (word | RUNG) + 1 + SET;
        nanos = afterNanos;
        WORD.setRelease(this, setting);
        return setting;
    }

    /**
     * The value claims to be first.
     *
     * @return false if the time has won; what it set off has then ended, and what is left of it is cleaned up
     */
    final boolean silence(long setting) {
        if (WORD.compareAndSet(this, setting, setting - SET)) {
            return true;
        }
        while (word == setting - SET + RINGING) {
            Thread.onSpinWait();
        }
        afterRinging();
        WORD.setRelease(this, setting - SET);
        return false;
    }

    /** Ends whatever setting it has, because nobody is left to do it. */
    final void silenceLeftover() {
        silence((word | RUNG) - RUNG + SET);
    }

    /** The call itself finds its time over, before the watchdog does: nothing needs to be set off. */
    final void passNow(long setting) {
        WORD.compareAndSet(this, setting, setting - SET + RUNG);
    }

    /** Whether the time has won. */
    final boolean isPassed(long setting) {
        long now = word;
        return now > setting && now < setting - SET + STATES;
    }

    final boolean isSet() {
        return word % STATES == SET;
    }

    /** Whether the watchdog has taken the time of this setting. */
    final boolean isSeen(long setting) {
        return seen == setting;
    }

    /** The time of this setting, which the watchdog has taken. */
    final long seenAt() {
        return seenAt;
    }

    /**
     * The watchdog looks: takes the time, or tells what is left of it. The time of the beat may be older than the setting,
     * if the watchdog was held up since; so what it takes is the exact time.
     *
     * @return what is left of the time; zero when it has passed; {@link #SILENCE} if it isn't set
     */
    final long look(long beat, Ticker exact) {
        long setting = word;
        if (setting % STATES != SET) {
            return SILENCE;
        }
        if (seen != setting) {
            seenAt = exact.nanos();
            SEEN.setRelease(this, setting);
            return nanos;
        }
        return Math.max(0, seenAt + nanos - beat);
    }

    /** The time has passed of the setting that the watchdog saw last: it goes off, unless the value was first. */
    final void pass() {
        long setting = seen;
        if (WORD.compareAndSet(this, setting, setting - SET + RINGING)) {
            goOff(setting);
        }
    }

    private void goOff(long setting) {
        try {
            ring();
        } finally {
            word = setting - SET + RUNG;
        }
        announce();
    }

    /** Sets off what ends the call. Short, on the watchdog's thread, and done before {@link #silence} returns. */
    void ring() {}

    /**
     * Tells the call that its time has passed. {@link #silence} doesn't wait for this, because the call may go on right
     * here, on the watchdog's stack, and then it would wait for itself.
     */
    void announce() {}

    /** Cleans up behind {@link #ring}, on the thread of the call. */
    void afterRinging() {}

    /** The deadline that this setting is for. */
    Deadline deadline(ProceedWithin limit, int position, @Nullable Deadline outer, long setting) {
        return new Deadline(limit, position, outer, this, setting);
    }

    /** The deadline is known outside of its call from now on, which others may ask after its end. */
    void shown(Deadline deadline) {}

    /**
     * The alarms of the thread, as a stand-in for the scope of the call that is within this deadline and those outside of it;
     * null if it isn't one of them, or no longer theirs.
     */
    @Nullable ThreadAlarms lentBy(Route route, Deadline deadline) {
        return null;
    }

    /** Whether it is set once only, and looked at among all others that are. */
    boolean isOneOfACrowd() {
        return true;
    }

    /** It is silent, and its call needs it no more. */
    void release() {}
}
