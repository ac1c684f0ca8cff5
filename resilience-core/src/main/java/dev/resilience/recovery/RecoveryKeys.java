package dev.resilience.recovery;

import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.key.KeyText;
import dev.resilience.key.KeyTypes;
import dev.resilience.time.Time;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One key of a recovery, for whoever asks. Thread-safe. */
final class RecoveryKeys implements KeyedState {

    private final Isolations isolations;
    private final Time time;

    RecoveryKeys(Isolations isolations, Time time) {
        this.isolations = isolations;
        this.time = time;
    }

    /** There are no tiers of recoveries. */
    @Override
    public KeyView view(List<?> meant, @Nullable String tier) {
        Object key = known(meant);
        long left = isolations.leftNanos(key);
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        details.put("state", left > 0 ? RecoveryKind.ISOLATED : RecoveryKind.READY);
        if (left > 0) {
            details.put("isolated-until", time.wall().instant().plusNanos(left));
        }
        return new KeyView(KeyText.shown(key), isolations.standing(key), details);
    }

    /** Ends the isolation of the key. */
    @Override
    public KeyReset reset(List<?> meant) {
        Object key = known(meant);
        KeyStanding was = isolations.standing(key);
        isolations.end(key);
        return new KeyReset(KeyText.shown(key), was);
    }

    private Object known(List<?> meant) {
        return KeyTypes.likeliest(isolations.meant(meant), key -> isolations.standing(key) == KeyStanding.OWN);
    }
}
