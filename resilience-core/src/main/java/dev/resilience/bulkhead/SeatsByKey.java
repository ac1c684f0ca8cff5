package dev.resilience.bulkhead;

import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.key.Digests;
import dev.resilience.key.KeyText;
import dev.resilience.key.KeyTypes;
import dev.resilience.key.KeyedStates;
import dev.resilience.time.Time;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Seats for each key, which are there only while somebody sits or waits: memory is bounded by the calls under way.
 * Thread-safe.
 */
final class SeatsByKey implements KeyedState {

    private final Bounds bounds;
    private final Time time;
    private final KeyTypes types = new KeyTypes();
    private final KeyedStates<Seats> states;

    SeatsByKey(Bounds bounds, Time time) {
        this.bounds = bounds;
        this.time = time;
        this.states =
                new KeyedStates<>(Digests.seeded(time.random()), Integer.MAX_VALUE, key -> new Seats(bounds), () -> {});
    }

    /** The seats of this key. They may be retired before anybody sits down, then there are others. */
    Seats of(Object key, long now) {
        types.seen(key);
        return states.of(key, now);
    }

    /** The seats of this key, for whoever found those retired. */
    Seats insteadOf(Seats retired, Object key, long now) {
        return states.insteadOf(retired, key, now);
    }

    /** Somebody has left: if it was the last one, there is nothing to keep. */
    void retire(Seats seats, Object key, long now) {
        if (seats.isAtRest(now)) {
            states.retire(seats, key, now);
        }
    }

    void each(Consumer<Seats> visitor) {
        states.each(visitor);
    }

    /** How many keys have seats, that is, calls under way. */
    int size() {
        return states.keys();
    }

    @Override
    public KeyView view(List<?> meant, @Nullable String tier) {
        Object key = known(meant);
        Seats seats = states.find(key);
        int inUse = seats == null ? 0 : seats.inUse();
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("in-use", inUse);
        details.put("available", Math.max(0, bounds.limit() - inUse));
        details.put("waiting", seats == null ? 0 : seats.waiting());
        details.put("max-concurrent", bounds.limit());
        return new KeyView(KeyText.shown(key), standing(key), details);
    }

    /** Calls under way can't be forgotten. */
    @Override
    public KeyReset reset(List<?> meant) {
        return new KeyReset(KeyText.shown(known(meant)), KeyStanding.NONE);
    }

    private Object known(List<?> meant) {
        return KeyTypes.likeliest(types.read(meant), key -> standing(key) != KeyStanding.NONE);
    }

    private KeyStanding standing(Object key) {
        return states.standing(key, time.ticker().nanos());
    }
}
