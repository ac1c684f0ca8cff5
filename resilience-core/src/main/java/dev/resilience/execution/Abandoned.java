package dev.resilience.execution;

import dev.resilience.CallTimedOutException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body that was left running by an expiry or a cancellation, and the entries that are settled when it has really
 * ended. Used under the turn of its call, like the execution.
 */
final class Abandoned {

    private final @Nullable Abandoned earlier;
    private final @Nullable CallTimedOutException expiry;
    private final List<LateEntry> waiting = new ArrayList<>(1);
    private long entries;
    private boolean ended;

    /** @param expiry what the call was told when it left the body, or null if nothing of the kind */
    Abandoned(long entries, @Nullable Abandoned earlier, @Nullable CallTimedOutException expiry) {
        this.entries = entries;
        this.expiry = expiry;
        this.earlier = earlier == null || !earlier.ended ? earlier : earlier.earlier;
    }

    /** The body has ended after all. It may be said twice. */
    void end() {
        if (!ended) {
            ended = true;
            waiting.forEach(LateEntry::oneBodyLess);
        }
    }

    /** The expiry that left it running, or null if it was the caller who left, or a faster body that won. */
    @Nullable CallTimedOutException expiry() {
        return expiry;
    }

    /** Whether one of these still runs. */
    static boolean anyRuns(@Nullable Abandoned newest) {
        for (Abandoned body = newest; body != null; body = body.earlier) {
            if (!body.ended) {
                return true;
            }
        }
        return false;
    }

    /** Whether the entry at the view's position let in a body that still runs; if so, it is settled when that ends. */
    static boolean holds(@Nullable Abandoned newest, CallView view, Stage stage) {
        LateEntry late = null;
        long bit = 1L << view.position;
        for (Abandoned body = newest; body != null; body = body.earlier) {
            if (!body.ended && (body.entries & bit) != 0) {
                body.entries &= ~bit;
                late = late == null ? new LateEntry(new CallView(view), stage) : late;
                late.bodies++;
                body.waiting.add(late);
            }
        }
        return late != null;
    }

    /** An entry whose call went on without it. Its verdict is void, if it isn't closed already. */
    private static final class LateEntry {
        private final CallView view;
        private final Stage stage;
        private int bodies;

        private LateEntry(CallView view, Stage stage) {
            this.view = view;
            this.stage = stage;
        }

        private void oneBodyLess() {
            if (--bodies > 0) {
                return;
            }
            try {
                tell();
            } catch (Throwable thrown) {
                EventWriter.swallowed(view.route, stage, thrown);
            }
        }

        private void tell() {
            if (stage.policy().heldUntilBodyEnds()) {
                stage.policy().settle(view);
            } else {
                stage.policy().bodiesEnded(view);
            }
        }
    }
}
