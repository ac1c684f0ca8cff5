package dev.resilience;

import dev.resilience.execution.CallCounter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what became of the calls through one policy.
 *
 * <p>Every call counts exactly one outcome. Nearly all calls are plain: every policy let them in, the method gave a
 * value, every policy let it out. Those are counted once per pipeline, not once per policy, which is why a policy's
 * successes are its own plus those of the pipelines it stands in. Many are also those that a cache answers on their way
 * in, so they have a counter of the same sort. Thread-safe.
 */
public final class Tally {

    /** What became of a call, and what happened to it on the way. */
    public enum Count {
        /** It went in, and a value came out. */
        SUCCESS,
        /** It went in, and a failure came out. */
        FAILURE,
        /** This policy refused it. */
        REFUSED,
        /** It went in, and a policy further in refused it. */
        REFUSED_FURTHER_IN,
        /** It went in, and a deadline passed. */
        EXPIRED,
        /** It went in, and the caller gave up. */
        CANCELLED,
        /** This policy answered it with a value of its own. */
        ANSWERED;

        /** The word for meters and the endpoint. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongAdder[] counts = new LongAdder[Count.values().length];
    private final List<CallCounter> plain = new CopyOnWriteArrayList<>();
    private final CallCounter answered = new CallCounter();
    private final LongAdder triedAgain = new LongAdder();
    private final LongAdder diverted = new LongAdder();
    private final LongAdder wouldHave = new LongAdder();
    private final LongAdder waits = new LongAdder();
    private final LongAdder waitNanos = new LongAdder();
    private volatile @Nullable LongConsumer durations;

    Tally() {
        for (int index = 0; index < counts.length; index++) {
            counts[index] = new LongAdder();
        }
    }

    /** How many calls ended this way. */
    public long of(Count count) {
        long own = counts[count.ordinal()].sum();
        return switch (count) {
            case SUCCESS -> own + plain.stream().mapToLong(CallCounter::sum).sum();
            case ANSWERED -> own + answered.sum();
            case FAILURE, REFUSED, REFUSED_FURTHER_IN, EXPIRED, CANCELLED -> own;
        };
    }

    /** How often this policy sent a call in again. */
    public long triedAgain() {
        return triedAgain.sum();
    }

    /** How often this policy diverted a call. */
    public long diverted() {
        return diverted.sum();
    }

    /** How often this policy would have interfered, had it not been in shadow mode. */
    public long wouldHave() {
        return wouldHave.sum();
    }

    /** How many waits this policy asked for have ended. */
    public long waits() {
        return waits.sum();
    }

    /** How long those waits took in all, in nanoseconds. */
    public long waitNanos() {
        return waitNanos.sum();
    }

    /** All of it, by the words for the endpoint, in the order to show them. */
    public Map<String, Number> numbers() {
        Map<String, Number> numbers = new LinkedHashMap<>();
        for (Count outcome : Count.values()) {
            numbers.put(outcome.word(), of(outcome));
        }
        numbers.put("tried-again", triedAgain());
        numbers.put("diverted", diverted());
        numbers.put("waited", waits());
        numbers.put("waited-millis", waitNanos() / NANOS_PER_MILLI);
        numbers.put("would-have", wouldHave());
        return numbers;
    }

    /** Takes the duration of every call through this policy from now on, in nanoseconds of the coarse tick. */
    public void recordDurations(LongConsumer recorder) {
        durations = recorder;
    }

    /** Who takes durations, or null. For the interpreter. */
    public @Nullable LongConsumer durations() {
        return durations;
    }

    /** Counts an outcome. For the interpreter, like everything below. */
    public void count(Count count) {
        counts[count.ordinal()].increment();
    }

    /** Counts the calls that this policy answers on their way in. */
    public CallCounter answered() {
        return answered;
    }

    public void countTryAgain() {
        triedAgain.increment();
    }

    public void countDiversion() {
        diverted.increment();
    }

    public void countWouldHave() {
        wouldHave.increment();
    }

    public void countWait(long nanos) {
        waits.increment();
        waitNanos.add(Math.max(0, nanos));
    }

    void sharePlain(CallCounter successes) {
        plain.add(successes);
    }
}
