package dev.resilience.recovery;

import dev.resilience.Call;
import dev.resilience.KeyStanding;
import dev.resilience.key.Digests;
import dev.resilience.key.KeyTypes;
import dev.resilience.key.KeyedStates;
import dev.resilience.recovery.Isolation.Change;
import dev.resilience.time.Time;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Who is cut off, and until when: everybody by a call without a key, one key by a call with it. Thread-safe.
 *
 * <p>Every call asks, and nearly always nobody is cut off: then it reads one field. That is so again when the last isolation
 * is over; whoever notices ends them all.
 */
final class Isolations {

    /** Hears of what begins and ends, and of changes in whether keys find room. */
    interface Watcher {

        void begun(@Nullable String key, long nanos, String rule);

        void over(@Nullable String key);

        void roomChanged(Isolations isolations);
    }

    private static final String SHARED = "(shared)";

    private final Time time;
    private final Watcher watcher;
    private final KeyTypes types = new KeyTypes();
    private final Isolation everybody = new Isolation(null);
    private final KeyedStates<Isolation> keys;
    private final LongAdder missingKeys = new LongAdder();
    private volatile boolean areAny;
    private volatile int maxKeys;

    /** Written under the monitor, and read without it to see whether it is worth taking. */
    private volatile long lastEnd;

    Isolations(int maxKeys, Time time, Watcher watcher) {
        this.time = time;
        this.watcher = watcher;
        this.maxKeys = maxKeys;
        this.keys =
                new KeyedStates<>(Digests.seeded(time.random()), maxKeys, this::fresh, () -> watcher.roomChanged(this));
    }

    private Isolation fresh(@Nullable Object key) {
        if (key != null) {
            types.seen(key);
        }
        return new Isolation(key);
    }

    void maxKeys(int most) {
        maxKeys = most;
        keys.maxKeys(most);
    }

    int maxKeys() {
        return maxKeys;
    }

    /** Cuts off the key of this call, or everybody. A missing key is that of all callers without one. */
    void isolate(Call call, long nanos, String rule) {
        Object key = call.key();
        long now = call.now();
        long end = now + nanos;
        remember(end);
        if (key == Call.NULL_KEY) {
            missingKeys.increment();
        }
        Isolation isolation = key == null ? everybody : keys.of(key, now);
        Change change = isolation.until(end);
        while (change == Change.RETIRED && key != null) {
            isolation = keys.insteadOf(isolation, key, now);
            change = isolation.until(end);
        }
        if (change == Change.BEGUN) {
            watcher.begun(shown(isolation), nanos, rule);
        }
    }

    /** How long this call is cut off yet; zero if it isn't. */
    long leftNanos(Call call) {
        if (!areAny) {
            return 0;
        }
        long now = call.now();
        long left = left(everybody, now);
        Object key = call.key();
        Isolation own = key == null ? null : keys.find(key);
        left = own == null ? left : Math.max(left, left(own, now));
        if (left == 0) {
            endAllIfOver(now);
        }
        return left;
    }

    private long left(Isolation isolation, long now) {
        long left = isolation.leftNanos(now);
        if (left == 0 && isolation.endsIfOver(now)) {
            watcher.over(shown(isolation));
        }
        return left;
    }

    /** Comes before the isolation: who takes the last one for over sees this one's end. */
    private synchronized void remember(long end) {
        lastEnd = !areAny || end - lastEnd > 0 ? end : lastEnd;
        areAny = true;
    }

    private synchronized boolean isLastOver(long now) {
        boolean over = areAny && lastEnd - now <= 0;
        areAny &= !over;
        return over;
    }

    private void endAllIfOver(long now) {
        if (lastEnd - now <= 0 && isLastOver(now)) {
            left(everybody, now);
            keys.each(isolation -> left(isolation, now));
        }
    }

    /** Ends the isolation of this key; false if others share it, or there is none. */
    boolean end(Object key) {
        Isolation isolation = keys.find(key);
        boolean ended = standing(key) == KeyStanding.OWN && isolation != null && isolation.ends();
        if (ended) {
            watcher.over(shown(isolation));
        }
        return ended;
    }

    private @Nullable String shown(Isolation isolation) {
        return isolation != everybody && isolation.shown() == null ? SHARED : isolation.shown();
    }

    /** How long this key is cut off yet. */
    long leftNanos(Object key) {
        Isolation isolation = keys.find(key);
        return isolation == null ? 0 : isolation.leftNanos(time.ticker().nanos());
    }

    KeyStanding standing(Object key) {
        return keys.standing(key, time.ticker().nanos());
    }

    /** These keys, and what those that are texts stand for among the keys that were cut off. */
    List<Object> meant(List<?> asked) {
        return types.read(asked);
    }

    /** How long everybody is cut off yet. */
    long leftNanosOfEverybody() {
        return everybody.leftNanos(time.ticker().nanos());
    }

    /** How many keys are cut off now. */
    long isolatedKeys() {
        if (!areAny) {
            return 0;
        }
        long now = time.ticker().nanos();
        LongAdder isolated = new LongAdder();
        keys.each(isolation -> isolated.add(isolation.isAtRest(now) ? 0 : 1));
        return isolated.sum();
    }

    int sharing() {
        return keys.sharing();
    }

    boolean isFull() {
        return keys.isFull();
    }

    long missingKeys() {
        return missingKeys.sum();
    }
}
