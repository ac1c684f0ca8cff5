package dev.resilience.cache;

import dev.resilience.Admission;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One result in the store, or the failure to load one. Immutable, but for when it may be loaded anew. Thread-safe. */
final class Kept {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Admission answer;
    private final String operation;
    private final long since;
    private final long deadline;
    private final long dueAt;
    private final int weight;
    private final @Nullable FailedLoad failed;
    private final long number;
    private volatile long refreshableAt;

    /**
     * @param answer what a hit is answered with
     * @param operation which operation gave it
     * @param since the tick at which it was kept
     * @param weight how much of the room it takes up
     * @param failed what else there is to know where it is a failure; null where it is a result
     */
    Kept(Admission answer, String operation, long since, Lifetime lifetime, int weight, @Nullable FailedLoad failed) {
        this.answer = answer;
        this.operation = operation;
        this.since = since;
        this.deadline = since + lifetime.freshNanos();
        this.dueAt = since + Math.min(lifetime.dueNanos(), lifetime.freshNanos());
        this.weight = weight;
        this.failed = failed;
        this.number = NUMBERS.incrementAndGet();
        this.refreshableAt = dueAt;
    }

    private Kept(Kept other, int weight, @Nullable FailedLoad failed) {
        this.answer = other.answer;
        this.operation = other.operation;
        this.since = other.since;
        this.deadline = other.deadline;
        this.dueAt = other.dueAt;
        this.weight = weight;
        this.failed = failed;
        this.number = other.number;
        this.refreshableAt = other.refreshableAt;
    }

    Admission answer() {
        return answer;
    }

    String operation() {
        return operation;
    }

    /** Tells it from all others of this JVM. */
    long number() {
        return number;
    }

    int weight() {
        return weight;
    }

    @Nullable FailedLoad failed() {
        return failed;
    }

    /** The result, or the one that is kept behind the failure; null if there is none. */
    @Nullable Kept good() {
        return failed == null ? this : failed.good();
    }

    /** Whether there is more to think about than to give it: its time is over, or will be soon. */
    boolean isDue(long tick) {
        return dueAt - tick <= 0;
    }

    boolean isOver(long tick) {
        return deadline - tick <= 0;
    }

    /** By how much its time is over; negative while it isn't. */
    long overdueNanos(long tick) {
        return tick - deadline;
    }

    long ageNanos(long tick) {
        return tick - since;
    }

    /** Whether nothing speaks against loading it anew, if it is due. */
    boolean isRefreshable(long tick) {
        return refreshableAt - tick <= 0;
    }

    /** It isn't loaded anew before that tick, because that has just failed. */
    void leaveAloneUntil(long tick) {
        refreshableAt = tick;
    }

    Kept weighing(int other) {
        return new Kept(this, other, failed);
    }

    Kept ofFailure(FailedLoad other, int otherWeight) {
        return new Kept(this, otherWeight, other);
    }
}
