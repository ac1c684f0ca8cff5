package dev.resilience.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of one algorithm over what one key has charged.
 *
 * <p>What a key has charged is a <em>block</em>: longs of an array that somebody else owns, from an offset on. The owner
 * guards it, and gives it another room where it needs one: {@link #grow}, {@link #compact} and {@link #inherit} copy a
 * block to a room of the size that was stated before; the two never overlap, and what lay in the room doesn't matter. A
 * block that was copied is done with. Its first word names in the upper 16 bits who wrote it.
 *
 * <p>A charge is made in up to five steps; the last ones are apart so that several engines can decide together and charge
 * all or none:
 *
 * <pre>{@code
 * joinAtTick(words, at, tick, cost)  →  done                           // most often, and no clock is read
 * join(words, at, time, cost)  →  done                                 // plain
 * catchUp(words, at, time)                                             // what is known by now
 * earliest(words, at, time, time, cost)                                // when it can be charged
 * sizeToCharge(words, at, first, cost) > size(words, at)  →  grow(…)   // room for it
 * charge(words, at, first, cost)                                       // done
 * }</pre>
 *
 * <p>Times are those of a {@link Timeline} and, but for ticks, never go back. An engine is immutable and shared by all keys with the same
 * limits; two engines with one {@link #id} read each other's blocks.
 */
sealed interface Engine permits SlidingWindows, SteadyBlocks {

    /** The answer for a cost above a limit: no waiting helps. */
    long NEVER = Long.MAX_VALUE;

    /** The id of the engines that wrote this block. */
    static int idOf(long[] words, int at) {
        return Ring.owner(words[at]);
    }

    /** From 0 to 65535. */
    int id();

    /** How many words a block takes in which nothing is charged. */
    int freshSize();

    /** Writes a block in which nothing is charged. */
    void fresh(long[] words, int at);

    /** How many words the block takes. */
    int size(long[] words, int at);

    /** Whether {@link #joinAtTick} may be asked. If not, the clock is better read before the gate than behind it. */
    boolean ticks();

    /**
     * Charges the cost at this tick if it can, though the call may really come later, because the tick may have stood
     * still. Where it says no, nothing is charged, and the exact time decides.
     */
    boolean joinAtTick(long[] words, int at, long tick, long cost);

    /**
     * Charges the cost at this time if it can be charged without ado: nothing lies ahead, there is room, and no more words
     * are needed. Where it says no, nothing is charged, and {@link #earliest} may still say yes.
     */
    boolean join(long[] words, int at, long time, long cost);

    /**
     * The first time from then on at which the cost can be charged, or {@link #NEVER}. It may be charged there though
     * others could be sooner.
     *
     * @param time now: what has returned by then is forgotten, and nothing else
     * @param from no earlier than now
     */
    long earliest(long[] words, int at, long time, long from, long cost);

    /** The same from now on. */
    default long earliest(long[] words, int at, long time, long cost) {
        return earliest(words, at, time, time, cost);
    }

    /**
     * A caller is told when to come back, or another engine takes over: what is charged by now must not be found to have
     * come later after all. To be called with the block as {@link #earliest} left it, by the exact time.
     */
    void settle(long[] words, int at);

    /**
     * Takes into account what is known by this exact time about the charges there are. Everything below wants a block that
     * has caught up; only joining doesn't.
     *
     * @return when the last of those may have come of whom that was found out now, which has passed. Nobody is decided
     *     about at an earlier time any more: he would be taken for one who came before them. Zero if there is none.
     */
    default long catchUp(long[] words, int at, long time) {
        return 0;
    }

    /** Whether somebody may still be found to have come later than it seems. */
    default boolean isOpen(long[] words, int at) {
        return false;
    }

    /** How many words the block has to have before the cost is charged at a time that {@link #earliest} gave. */
    int sizeToCharge(long[] words, int at, long time, long cost);

    /** Copies the block to a room of {@link #sizeToCharge}. */
    void grow(long[] words, int at, long time, long cost, long[] room, int to);

    /** Charges the cost at a time that {@link #earliest} gave. The block has {@link #sizeToCharge}. */
    void charge(long[] words, int at, long time, long cost);

    /** Gives back what was charged at this time, where it hasn't returned already. */
    void refund(long[] words, int at, long time, long cost);

    /** Whether nothing is charged at this time, so that the block may be forgotten. */
    boolean idle(long[] words, int at, long time);

    /** How many words would do; the present size if shrinking isn't worth it. */
    int compactSize(long[] words, int at);

    /** Copies the block to a room of {@link #compactSize}. */
    void compact(long[] words, int at, long[] room, int to);

    /** How much the window most like this one has charged at this time, with what is reserved. */
    long charged(long[] words, int at, Duration window, long time);

    /** How many words {@link #inherit} needs. */
    int sizeToInherit(Engine other, long[] words, int at, long time);

    /** Writes a block with what the block of another engine has charged, as late as it may have been. */
    void inherit(Engine other, long[] words, int at, long time, long[] room, int to);

    /** The limits by window, shortest window first; null where nobody has one who is decided about by this engine. */
    @Nullable Limit[] limits();

    /** Forgets what has returned by this time, so that {@link #usage(long[], int, int, Limit, long)} needn't see to it. */
    default void expire(long[] words, int at, long time) {}

    /** What the limit of this window says. */
    Usage.Window usage(long[] words, int at, int window, Limit limit, long time);

    /** How long until this window alone has room for the cost, or {@link #NEVER}. */
    long waitFor(long[] words, int at, int window, Limit limit, long time, long cost);

    /** What each limit says at this time, shortest window first. */
    default List<Usage.Window> usage(long[] words, int at, long time) {
        expire(words, at, time);
        @Nullable Limit[] limits = limits();
        List<Usage.Window> usage = new ArrayList<>(limits.length);
        for (int window = 0; window < limits.length; window++) {
            Limit limit = limits[window];
            if (limit != null) {
                usage.add(usage(words, at, window, limit, time));
            }
        }
        return usage;
    }

    /** Whether a copy of the block tells the same about this moment whenever it is asked. */
    boolean isToldByBlock();

    /** Why a cost that {@link #earliest} puts off until then doesn't pass at this time. */
    default Refusal refusal(long[] words, int at, long time, long cost, long earliest) {
        List<Usage.Window> usage = usage(words, at, time);
        @Nullable Limit[] limits = limits();
        long[] waits = new long[usage.size()];
        int told = 0;
        for (int window = 0; window < limits.length; window++) {
            Limit limit = limits[window];
            if (limit != null) {
                waits[told++] = waitFor(words, at, window, limit, time, cost);
            }
        }
        return Refusal.of(usage, waits, earliest == NEVER ? NEVER : earliest - time);
    }
}
