package dev.resilience.ratelimit;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The naive twin of a limiter: it remembers every charge for ever, counts in big integers, and is slow. */
final class Twin {

    /** A charge at a time. */
    record Charge(long time, long cost) {}

    private final Limits limits;
    private final List<Charge> charges = new ArrayList<>();

    Twin(Limits limits) {
        this.limits = limits;
    }

    void charge(long time, long cost) {
        charges.add(new Charge(time, cost));
    }

    void refund(long time, long cost) {
        charges.remove(new Charge(time, cost));
    }

    /** Whether every trailing window that holds this time keeps its limit if the cost came on top. */
    boolean fits(long time, long cost) {
        return limits.all().stream().allMatch(limit -> fits(limit, time, cost));
    }

    /** Whether every trailing window, however placed, holds at most its limit: it is fullest where it ends at a charge. */
    boolean keepsEveryWindow() {
        return charges.stream().allMatch(charge -> fits(charge.time(), 0));
    }

    /** Every time at which a charge returns. */
    LongStream returns() {
        return limits.all().stream().flatMapToLong(limit -> charges.stream()
                .mapToLong(charge -> charge.time() + limit.window().toNanos()));
    }

    private boolean fits(Limit limit, long time, long cost) {
        long window = limit.window().toNanos();
        boolean ends =
                total(time, window).add(BigInteger.valueOf(cost)).compareTo(BigInteger.valueOf(limit.permits())) <= 0;
        return ends
                && charges.stream()
                        .filter(later -> later.time() > time && later.time() < time + window)
                        .allMatch(later -> total(later.time(), window)
                                        .add(BigInteger.valueOf(cost))
                                        .compareTo(BigInteger.valueOf(limit.permits()))
                                <= 0);
    }

    private BigInteger total(long end, long window) {
        return charges.stream()
                .filter(charge -> charge.time() <= end && charge.time() > end - window)
                .map(charge -> BigInteger.valueOf(charge.cost()))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }
}
