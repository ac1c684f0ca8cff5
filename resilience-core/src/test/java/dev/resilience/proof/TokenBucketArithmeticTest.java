package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.time.ManualTime;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random walks through token buckets of any rate and size. The twin knows nothing but the definition, in big integers: so
 * much is missing, and so much comes back in each nanosecond.
 */
class TokenBucketArithmeticTest {

    private static final long SHORTEST = Duration.ofMillis(1).toNanos();
    private static final long LONGEST = Duration.ofDays(3650).toNanos();

    @Test
    void everyAnswerIsThatOfTheTwin() {
        Walks.take(1_500, Walk::new);
    }

    @Tag("long")
    @Test
    void everyAnswerIsThatOfTheTwinForLong() {
        Walks.take(Walks.LONG, Walk::new);
    }

    /** What a bucket is: missing permits are counted in parts, of which a permit has as many as its window nanoseconds. */
    private static final class Bucket {
        private final long permits;
        private final long window;
        private final long burst;
        private BigInteger missing = BigInteger.ZERO;

        private Bucket(long permits, long window, long burst) {
            this.permits = permits;
            this.window = window;
            this.burst = burst;
        }

        private void pass(long nanos) {
            missing = missing.subtract(product(permits, nanos)).max(BigInteger.ZERO);
        }

        /** What the cost lacks, in parts; none if zero or less. */
        private BigInteger lacking(long cost) {
            return missing.add(product(cost, window)).subtract(product(burst, window));
        }

        private BigInteger nanosUntil(long cost) {
            BigInteger[] whole = lacking(cost).max(BigInteger.ZERO).divideAndRemainder(BigInteger.valueOf(permits));
            return whole[1].signum() == 0 ? whole[0] : whole[0].add(BigInteger.ONE);
        }

        private void take(long cost) {
            missing = missing.add(product(cost, window));
        }

        private static BigInteger product(long one, long other) {
            return BigInteger.valueOf(one).multiply(BigInteger.valueOf(other));
        }

        @Override
        public String toString() {
            return permits + "/" + window + "ns burst " + burst;
        }
    }

    /** One limiter and its twin. */
    private static final class Walk implements Walks.Walk {
        private final SplittableRandom random;
        private final ManualTime time = new ManualTime();
        private final long origin = time.nanos();
        private final List<Bucket> buckets = new ArrayList<>();
        private final Limiter limiter;
        private final long smallest;

        private Walk(SplittableRandom random) {
            this.random = random;
            long[] permits = ascending(permit());
            long[] windows = ascending(window());
            for (int index = 0; index < Math.min(permits.length, windows.length); index++) {
                buckets.add(new Bucket(permits[index], windows[index], permit()));
            }
            smallest = buckets.stream().mapToLong(bucket -> bucket.burst).min().orElseThrow();
            limiter = Limiter.unkeyed(
                    time.time(),
                    "algorithm=token-bucket limits=" + listed("%d/%dns") + " burst="
                            + buckets.stream()
                                    .map(bucket -> Long.toString(bucket.burst))
                                    .collect(Collectors.joining(",")));
        }

        private String listed(String format) {
            return buckets.stream()
                    .map(bucket -> format.formatted(bucket.permits, bucket.window))
                    .collect(Collectors.joining(","));
        }

        private long[] ascending(long first) {
            return IntStream.rangeClosed(0, random.nextInt(3))
                    .mapToLong(index -> first < Long.MAX_VALUE - 3 ? first + index * (1 + first / 4) : first)
                    .filter(value -> value > 0)
                    .sorted()
                    .distinct()
                    .toArray();
        }

        private long permit() {
            return switch (random.nextInt(8)) {
                case 0 -> 1;
                case 1 -> Long.MAX_VALUE - random.nextInt(2);
                case 2, 3, 4 -> 1 + random.nextInt(70);
                default -> 1 + (random.nextLong() >>> 1 + random.nextInt(62));
            };
        }

        private long window() {
            return switch (random.nextInt(8)) {
                case 0 -> SHORTEST;
                case 1 -> LONGEST / 4;
                default -> Math.min(LONGEST / 4, SHORTEST + (random.nextLong() >>> 5 + random.nextInt(40)));
            };
        }

        @Override
        public String toString() {
            return String.valueOf(buckets);
        }

        @Override
        public void step() {
            long cost = cost();
            judge(cost, limiter.refusal(null, cost));
            if (random.nextInt(8) == 0) {
                assertThat(limiter.passesAndReturns(null, cost)).isEqualTo(fits(cost));
            }
            if (random.nextInt(3) != 0) {
                advance(pause());
            }
        }

        private void judge(long cost, RateLimitedException refusal) {
            assertThat(refusal == null).as("%d passes at %d", cost, elapsed()).isEqualTo(fits(cost));
            if (refusal == null) {
                buckets.forEach(bucket -> bucket.take(cost));
                return;
            }
            assertThat(refusal.retryAfter().isEmpty()).isEqualTo(cost > smallest);
            BigInteger wait = buckets.stream()
                    .map(bucket -> bucket.nanosUntil(cost))
                    .max(BigInteger::compareTo)
                    .orElseThrow();
            if (cost <= smallest && wait.bitLength() < 60) {
                assertThat(refusal.retryAfter()).contains(Duration.ofNanos(wait.longValue()));
                comesBack(cost, wait.longValue());
            }
        }

        /** At the stated instant it passes, and a nanosecond earlier it doesn't. */
        private void comesBack(long cost, long wait) {
            if (random.nextInt(3) == 0 && elapsed() + wait < 12 * LONGEST) {
                advance(wait - 1);
                assertThat(limiter.retryAfter(null, cost)).isEqualTo(Duration.ofNanos(1));
                advance(1);
                judge(cost, limiter.refusal(null, cost));
            }
        }

        private boolean fits(long cost) {
            return buckets.stream().allMatch(bucket -> bucket.lacking(cost).signum() <= 0);
        }

        private long cost() {
            return switch (random.nextInt(7)) {
                case 0 -> 1;
                case 1 -> smallest;
                case 2 -> Math.max(1, smallest - 1);
                case 3 -> smallest == Long.MAX_VALUE ? smallest : smallest + 1;
                case 4 -> random.nextInt(9) == 0 ? Long.MAX_VALUE : 1;
                default -> 1 + random.nextLong(smallest);
            };
        }

        private long pause() {
            Bucket bucket = buckets.get(random.nextInt(buckets.size()));
            long pause =
                    switch (random.nextInt(5)) {
                        case 0 -> 1;
                        case 1 -> Math.max(1, bucket.window / bucket.permits);
                        case 2 -> bucket.window - 1;
                        case 3 -> random.nextLong(bucket.window);
                        default -> random.nextLong(1 + bucket.window / 20);
                    };
            return elapsed() + pause < 12 * LONGEST ? pause : 0;
        }

        private void advance(long nanos) {
            time.advanceNanos(nanos);
            buckets.forEach(bucket -> bucket.pass(nanos));
        }

        private long elapsed() {
            return time.nanos() - origin;
        }
    }
}
