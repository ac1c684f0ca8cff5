package dev.resilience.ratelimit;

import java.io.Serial;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a limiter saw when it refused a call, from which it can tell later why. Thread-safe.
 *
 * <p><b>Why isn't it told at once?</b> Which limits are violated, what is left of each and when it comes back takes longer
 * than the decision, and most who are refused never ask. But what is charged goes on changing, and an answer made of it
 * later would be about another moment. So the block is copied behind the gate, in one piece, and read only when somebody
 * asks. It says the same then, because an engine needs nothing but the block and the time; one that does (see
 * {@link Engine#isToldByBlock}) tells at once.
 *
 * <p>Written to a stream is what it tells.
 */
final class Evidence implements Grounds {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Engine engine;
    private final transient long[] words;
    private final long time;
    private final long from;
    private final long cost;
    private final long earliest;
    private transient @Nullable Refusal told;

    private Evidence(Engine engine, long[] words, long time, long from, long cost, long earliest) {
        this.engine = engine;
        this.words = words;
        this.time = time;
        this.from = from;
        this.cost = cost;
        this.earliest = earliest;
    }

    /**
     * The grounds to refuse a cost at this time. For who guards the block, which is settled.
     *
     * @param from when the cost should have passed, at this time or later
     * @param earliest what {@link Engine#earliest} says from then on
     */
    static Grounds of(Engine engine, long[] words, int at, long time, long from, long cost, long earliest) {
        long[] copy = Arrays.copyOfRange(words, at, at + engine.size(words, at));
        Evidence evidence = new Evidence(engine, copy, time, from, cost, earliest);
        return engine.isToldByBlock() ? evidence : evidence.refusal();
    }

    @Override
    public long waitNanos() {
        return earliest == Engine.NEVER ? Engine.NEVER : earliest - time;
    }

    /** Reading the copy changes it, so it is read once. */
    @Override
    public synchronized Refusal refusal() {
        if (told == null) {
            told = from == time ? engine.refusal(words, 0, time, cost, earliest) : toldEarlier();
        }
        return told;
    }

    /** The block is read in the order of time: what has returned by then would be missing now. */
    private Refusal toldEarlier() {
        Usage now = new Usage(engine.usage(words, 0, time));
        return engine.refusal(words, 0, from, cost, earliest).toldAt(now, from - time);
    }

    @Serial
    private Object writeReplace() {
        return refusal();
    }
}
