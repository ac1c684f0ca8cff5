package dev.resilience.execution;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body that was left running by an expiry or a cancellation, and the entries that are settled when it has really
 * ended. Used under the turn of its call, like the execution.
 */
final class Abandoned {

    private final @Nullable Abandoned earlier;
    private final List<LateEntry> waiting = new ArrayList<>(1);
    private long entries;
    private boolean ended;

    Abandoned(long entries, @Nullable Abandoned earlier) {
        this.entries = entries;
        this.earlier = earlier == null || !earlier.ended ? earlier : earlier.earlier;
    }

    /** The body has ended after all. It may be said twice. */
    void end() {
        if (!ended) {
            ended = true;
            waiting.forEach(LateEntry::oneBodyLess);
        }
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

    /** An entry whose call went on without it. Its verdict is void. */
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
                stage.policy().settle(view);
            } catch (Throwable thrown) {
                EventWriter.swallowed(view.route, stage, thrown);
            }
        }
    }
}
