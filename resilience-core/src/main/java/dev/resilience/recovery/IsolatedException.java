package dev.resilience.recovery;

import dev.resilience.CallRejectedException;
import dev.resilience.key.KeyText;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A recovery refused a call because a rule has cut it off for a time. {@link #retryAfter()} is what was left of that time
 * when the call was refused; a call at that instant is let in.
 */
public final class IsolatedException extends CallRejectedException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final @Nullable String key;

    IsolatedException(String name, @Nullable Object key, long leftNanos) {
        super(RecoveryKind.ID, name, leftNanos);
        this.key = key == null ? null : KeyText.shown(key);
    }

    /** The key of the refused call, as it may be shown; null where it had none. Never in the message. */
    public @Nullable String key() {
        return key;
    }

    @Override
    protected String reason() {
        return key == null ? "a rule has cut all calls off" : "a rule has cut this key off";
    }
}
