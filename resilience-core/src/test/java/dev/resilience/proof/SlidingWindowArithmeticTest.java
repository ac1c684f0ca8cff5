package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.Limit;
import dev.resilience.ratelimit.Limits;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.ratelimit.Usage;
import dev.resilience.time.ManualTime;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random walks through sliding windows of any size, from 1 to 2⁶³−1 permits and from 1 ms to 3650 days, with costs at the
 * edges; a twin that counts in big integers looks at every answer.
 */
class SlidingWindowArithmeticTest {

    private static final long SHORTEST = Duration.ofMillis(1).toNanos();
    private static final long LONGEST = Duration.ofDays(3650).toNanos();
    private static final long LARGEST_LOG = 64;

    @Test
    void everyAnswerIsThatOfTheTwin() {
        Walks.take(1_500, Walk::new);
    }

    @Tag("long")
    @Test
    void everyAnswerIsThatOfTheTwinForLong() {
        Walks.take(Walks.LONG, Walk::new);
    }

    /** One limiter and its twin. */
    private static final class Walk implements Walks.Walk {
        private final SplittableRandom random;
        private final ManualTime time = new ManualTime();
        private final long origin = time.nanos();
        private final Limits limits;
        private final Ledger twin;
        private final Limiter limiter;
        private long remaining = 1;

        private Walk(SplittableRandom random) {
            this.random = random;
            this.limits = limits();
            this.twin = new Ledger(limits);
            this.limiter =
                    Limiter.unkeyed(time.time(), "limits=" + limits.toString().replace(" ", ""));
        }

        private Limits limits() {
            List<Limit> all = new ArrayList<>();
            int count = 1 + random.nextInt(3);
            long[] permits =
                    random.longs(count).map(bits -> permits(bits)).sorted().toArray();
            long[] windows = random.longs(count)
                    .map(bits -> window(bits))
                    .sorted()
                    .distinct()
                    .toArray();
            for (int index = 0; index < windows.length; index++) {
                all.add(new Limit(permits[index], Duration.ofNanos(windows[index])));
            }
            return new Limits(all);
        }

        /** Of any magnitude, and often at an edge. */
        private long permits(long bits) {
            return switch (random.nextInt(8)) {
                case 0 -> 1;
                case 1 -> Long.MAX_VALUE - random.nextInt(2);
                case 2 -> LARGEST_LOG + random.nextInt(2);
                case 3, 4 -> 1 + random.nextInt(70);
                default -> 1 + (bits >>> 1 + random.nextInt(62));
            };
        }

        private long window(long bits) {
            return switch (random.nextInt(8)) {
                case 0 -> SHORTEST;
                case 1 -> LONGEST;
                default -> Math.min(LONGEST, SHORTEST + (bits >>> 5 + random.nextInt(40)));
            };
        }

        @Override
        public String toString() {
            return String.valueOf(limits);
        }

        @Override
        public void step() {
            long cost = cost();
            RateLimitedException refusal = limiter.refusal(null, cost);
            if (refusal == null) {
                passed(cost);
            } else {
                refused(cost, refusal);
            }
            advance(random.nextInt(3) == 0 ? 0 : pause());
            if (random.nextInt(8) == 0) {
                boolean fits = limiter.passesAndReturns(null, cost);
                assertThat(fits).isIn(twin.fits(now(), cost), twin.fitsGenerously(now(), cost));
            }
        }

        private long cost() {
            long smallest = limits.all().get(0).permits();
            return switch (random.nextInt(8)) {
                case 0 -> 1;
                case 1 -> smallest;
                case 2 -> Math.max(1, smallest - 1);
                case 3 -> smallest == Long.MAX_VALUE ? smallest : smallest + 1;
                case 4 -> Math.max(1, remaining);
                case 5 -> Math.max(1, remaining + (remaining < Long.MAX_VALUE ? 1 : 0));
                case 6 -> random.nextInt(9) == 0 ? Long.MAX_VALUE : 1;
                default -> 1 + random.nextLong(smallest);
            };
        }

        private long pause() {
            Limit limit = limits.all().get(random.nextInt(limits.all().size()));
            long window = limit.window().toNanos();
            long pause =
                    switch (random.nextInt(5)) {
                        case 0 -> 1;
                        case 1 -> window / 60;
                        case 2 -> window - 1;
                        case 3 -> random.nextLong(window);
                        default -> random.nextLong(1 + window / 20);
                    };
            return now() + pause < 12 * LONGEST ? pause : 0;
        }

        private void passed(long cost) {
            assertThat(twin.fits(now(), cost))
                    .as("%d passes at %d", cost, now())
                    .isTrue();
            twin.charge(now(), cost);
        }

        private void refused(long cost, RateLimitedException refusal) {
            assertThat(twin.fitsGenerously(now(), cost))
                    .as("%d is refused at %d", cost, now())
                    .isFalse();
            tellsWhatIsLeft(cost, refusal);
            long smallest = limits.all().get(0).permits();
            assertThat(refusal.retryAfter().isEmpty()).isEqualTo(cost > smallest);
            long wait = refusal.retryAfter().map(Duration::toNanos).orElse(0L);
            if (wait > 0 && random.nextInt(3) == 0 && now() + wait < 13 * LONGEST) {
                comesBack(cost, wait);
            }
        }

        private void tellsWhatIsLeft(long cost, RateLimitedException refusal) {
            remaining = Long.MAX_VALUE;
            for (Usage.Window window : refusal.usage().windows()) {
                assertThat(BigInteger.valueOf(window.remaining()))
                        .isBetween(twin.roomForSure(window.limit(), now()), twin.room(window.limit(), now()));
                remaining = Math.min(remaining, window.remaining());
            }
            assertThat(refusal.usage().windows())
                    .extracting(Usage.Window::limit)
                    .isEqualTo(limits.all());
            assertThat(refusal.remaining()).isLessThan(cost);
            assertThat(refusal.violated())
                    .isNotEmpty()
                    .isSortedAccordingTo(Comparator.comparing(Limit::window))
                    .allMatch(limit -> twin.roomForSure(limit, now()).compareTo(BigInteger.valueOf(cost)) < 0);
        }

        /** At the stated instant it passes, and a nanosecond earlier it doesn't. */
        private void comesBack(long cost, long wait) {
            advance(wait - 1);
            assertThat(limiter.retryAfter(null, cost)).isEqualTo(Duration.ofNanos(1));
            advance(1);
            assertThat(limiter.passes(null, cost)).as("%d after %d", cost, wait).isTrue();
            passed(cost);
        }

        private void advance(long nanos) {
            time.advanceNanos(nanos);
        }

        private long now() {
            return time.nanos() - origin;
        }
    }
}
