package dev.resilience.execution;

import dev.resilience.Call;
import dev.resilience.Hedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Grants every hedge after a time, unless it was told otherwise, and writes down what won. */
final class ScriptedHedger implements Hedger {

    private final Duration after;
    private final List<String> story = new ArrayList<>();
    private boolean grants = true;
    private @Nullable Object bad = new Object();

    ScriptedHedger(Duration after) {
        this.after = after;
    }

    /** Grants none from now on. */
    ScriptedHedger refusing() {
        grants = false;
        return this;
    }

    /** A value that isn't good. */
    ScriptedHedger disliking(@Nullable Object value) {
        bad = value;
        return this;
    }

    /** What won, and how long the first try had taken by then. */
    synchronized String story() {
        return String.join(" ", story);
    }

    @Override
    public long hedgeAfterNanos(Call call) {
        return after.toNanos();
    }

    @Override
    public boolean grantsHedge(Call call) {
        return grants;
    }

    @Override
    public int of(Call call) {
        return 5;
    }

    @Override
    public boolean isGood(Call call, @Nullable Object value) {
        return !Objects.equals(value, bad);
    }

    @Override
    public synchronized void won(Call call, long nanos, boolean byHedge) {
        story.add((byHedge ? "hedge" : "first") + " after "
                + Duration.ofNanos(nanos).toMillis());
    }
}
