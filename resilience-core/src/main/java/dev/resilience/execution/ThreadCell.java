package dev.resilience.execution;

import org.jspecify.annotations.Nullable;

/**
 * What each thread keeps of ours, found by one look: the call it is in, its alarms, and its counts.
 *
 * <p>Setting and removing a thread-local costs several times what reading one does, and a call that reads one wherever it
 * needs one pays for it five times over. So a thread has one cell, whose content is what changes, and a blocking call looks
 * it up when it begins. It is an array of the JDK, in which nothing that outlives a call holds on to a class of ours: threads
 * of a container don't keep an application alive that has ended. To be used by its thread only.
 */
final class ThreadCell {

    /** The {@link CallView} or the {@link CallScope} that the thread is in, or null; see there. */
    static final int CALL = 0;

    /** A weak reference to the alarms that the thread used last, or null; see {@link Deadlines}. */
    static final int ALARMS = 1;

    /** What the thread counts, or null; see {@link ThreadCounts}. */
    static final int COUNTS = 2;

    private static final ThreadLocal<@Nullable Object[]> CELLS = ThreadLocal.withInitial(ThreadCell::empty);

    private ThreadCell() {}

    /** The cell of the current thread. */
    static @Nullable Object[] own() {
        return CELLS.get();
    }

    /** One for a thread that has none yet. */
    static @Nullable Object[] empty() {
        return new Object[COUNTS + 1];
    }
}
