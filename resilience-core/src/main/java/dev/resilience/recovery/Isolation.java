package dev.resilience.recovery;

import dev.resilience.key.KeyText;
import dev.resilience.key.Retirable;
import org.jspecify.annotations.Nullable;

/** Whether one key is cut off, or several that share the state, or everybody. Thread-safe, by its monitor. */
final class Isolation implements Retirable {

    private final @Nullable Object key;
    private boolean isOn;
    private boolean isRetired;
    private long end;

    /** @param key null where it isn't that of one key */
    Isolation(@Nullable Object key) {
        this.key = key == null ? null : KeyText.kept(key);
    }

    /** What came of an attempt to cut off. */
    enum Change {
        BEGUN,
        GONE_ON,
        /** The state has left, and another one has to be looked up. */
        RETIRED
    }

    /** The key as it may be shown; null where it isn't that of one key. */
    @Nullable String shown() {
        return key == null ? null : key.toString();
    }

    /** Cuts off until then, at least. */
    synchronized Change until(long instant) {
        if (isRetired) {
            return Change.RETIRED;
        }
        end = !isOn || instant - end > 0 ? instant : end;
        Change change = isOn ? Change.GONE_ON : Change.BEGUN;
        isOn = true;
        return change;
    }

    /** How long it lasts from now on; zero if it doesn't. */
    synchronized long leftNanos(long now) {
        return isOn ? Math.max(0, end - now) : 0;
    }

    /** Ends it if its time is over. @return whether it ended now */
    synchronized boolean endsIfOver(long now) {
        boolean ends = isOn && end - now <= 0;
        isOn &= !ends;
        return ends;
    }

    /** Ends it. @return whether there was something to end */
    synchronized boolean ends() {
        boolean was = isOn;
        isOn = false;
        return was;
    }

    @Override
    public boolean isAtRest(long now) {
        return leftNanos(now) == 0;
    }

    @Override
    public synchronized boolean retire(long now) {
        isRetired |= !isOn || end - now <= 0;
        return isRetired;
    }
}
