package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long YEAR = 365 * 86_400 * SECOND;

    @Test
    void aBurstPassesAtOnceAndThenWhatComesBack() {
        Story story = story("60/1m", 5);
        assertThat(story.passes(5)).isTrue();
        assertThat(story.passes(1)).isFalse();
        assertThat(story.refusal(1).waitNanos()).isEqualTo(SECOND);
        story.time.advanceNanos(SECOND - 1);
        assertThat(story.passes(1)).isFalse();
        story.time.advanceNanos(1);
        assertThat(story.passes(1)).isTrue();
        assertThat(story.passes(1)).isFalse();
    }

    @Test
    void whatWaitsComesInOrderAndNoneEarlier() {
        Story story = story("10/1s", 2);
        long start = story.now();
        assertThat(story.passes(2)).isTrue();
        assertThat(story.charge(1, SECOND)).isEqualTo(start + SECOND / 10);
        assertThat(story.charge(2, SECOND)).isEqualTo(start + 3 * SECOND / 10);
        assertThat(story.charge(1, SECOND)).isEqualTo(start + 4 * SECOND / 10);
        assertThat(story.charge(2, SECOND / 2)).isEqualTo(-1);
    }

    @Test
    void usageTellsWhatIsLeftOfTheBurstAndWhenOneMoreIs() {
        Story story = story("60/1m", 10);
        story.passes(4);
        story.time.advance(Duration.ofMillis(300));
        Usage.Window usage = story.usage();
        assertThat(usage.capacity()).isEqualTo(10);
        assertThat(usage.remaining()).isEqualTo(6);
        assertThat(usage.used()).isEqualTo(4);
        assertThat(usage.reset()).isEqualTo(Duration.ofMillis(700));
        story.time.advance(Duration.ofMillis(3_700));
        assertThat(story.usage().reset()).isZero();
        assertThat(story.idle()).isTrue();
    }

    @Test
    void aCostAboveTheBurstNeverPasses() {
        Story story = story("60/1m", 10);
        assertThat(story.earliest(11)).isEqualTo(Engine.NEVER);
        assertThat(story.refusal(11).violated()).containsExactly(Limit.parse("60/1m"));
    }

    @Test
    void aRefundPutsBackNoMoreThanIsStillMissing() {
        Story story = story("10/1s", 10);
        long first = story.charge(10, 0);
        story.time.advance(Duration.ofMillis(500));
        story.refund(first, 10);
        assertThat(story.usage().remaining()).isEqualTo(10);
        story.passes(10);
        story.time.advance(Duration.ofSeconds(5));
        long second = story.charge(10, 0);
        story.refund(first, 10);
        assertThat(story.usage().remaining()).isZero();
        story.refund(second, 10);
        assertThat(story.idle()).isTrue();
    }

    @Test
    void aRefundOfALogInComesBackButForTheTimeItTook() {
        Story story = story("5/1m", 5);
        long ticket = story.charge(1, 0);
        story.time.advance(Duration.ofMillis(200));
        story.refund(ticket, 1);
        assertThat(story.usage().remaining()).isEqualTo(5);
        story.charge(5, 0);
        long again = story.now();
        story.refund(again, 1);
        assertThat(story.passes(1)).isTrue();
        assertThat(story.passes(1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "60/1m, 5",
        "7/1s, 3",
        "1/3650d, 1",
        "1000000007/1s, 1000",
        "9223372036854775807/1ms, 9223372036854775807",
        "9223372036854775807/3650d, 4611686018427387904",
        "3/1ms, 2",
        "1000/7ms, 1",
        "4611686018427387905/3650d, 17"
    })
    void agreesWithABucketThatCountsInFractions(String text, long burst) {
        Limit limit = Limit.parse(text);
        for (int seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            Story story = story(text, burst);
            Naive naive = new Naive(limit, burst);
            long period = Math.max(1, limit.window().toNanos() / limit.permits());
            for (int call = 0; call < 120; call++) {
                story.time.advanceNanos(
                        Math.min(YEAR, pause(random, period, limit.window().toNanos())));
                long cost = random.nextInt(3) == 0 ? 1 + random.nextLong(burst) : 1;
                long exact = naive.earliest(story.now(), cost);
                assertThat(story.earliest(cost))
                        .as("seed %d call %d", seed, call)
                        .isEqualTo(exact);
                if (exact == story.now() && story.passes(cost)) {
                    naive.charge(exact, cost);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"10/1s, 4", "60/1m, 10", "1000/7ms, 30"})
    void inAnyStretchOfTimeNoMoreThanABurstAndWhatComesBackIsCharged(String text, long burst) {
        Limit limit = Limit.parse(text);
        long period = limit.window().toNanos() / limit.permits();
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Story story = story(text, burst);
            List<Twin.Charge> charges = new ArrayList<>();
            for (int call = 0; call < 150; call++) {
                story.time.advanceNanos(
                        random.nextInt(30) == 0 ? random.nextLong(40 * period) : random.nextLong(2 * period));
                long cost = 1 + random.nextLong(burst);
                long ticket = story.charge(cost, random.nextInt(3) == 0 ? random.nextLong(6 * period) : 0);
                if (ticket >= 0) {
                    charges.add(new Twin.Charge(ticket, cost));
                }
                if (!charges.isEmpty() && random.nextInt(4) == 0) {
                    Twin.Charge refunded = charges.remove(Math.max(0, charges.size() - 1 - random.nextInt(3)));
                    story.refund(refunded.time(), refunded.cost());
                }
            }
            assertKept(limit, burst, charges, seed);
        }
    }

    @Test
    void allBucketsPayOrNone() {
        Limits limits = Limits.parse("10/1s, 60/1m");
        Story story = new Story(Instant.EPOCH);
        story.with(story.engines.of(limits, limits, Story.bursts(limits, 2, 3)));
        assertThat(story.passes(2)).isTrue();
        story.time.advance(Duration.ofMillis(200));
        assertThat(story.passes(2)).isFalse();
        assertThat(story.usages()).extracting(Usage.Window::remaining).containsExactly(2L, 1L);
        assertThat(story.refusal(2).violated()).containsExactly(Limit.parse("60/1m"));
        assertThat(story.refusal(2).waitNanos()).isEqualTo(SECOND - SECOND / 5);
    }

    @Test
    void whoIsSlowerKeepsWhatWasTakenOutAndSoDoOtherAlgorithms() {
        Limits limits = Limits.parse("60/1m");
        Story story = story("60/1m", 10);
        story.passes(8);
        story.becomes(story.engines.of(limits));
        assertThat(story.usage().used()).isEqualTo(8);
        story.becomes(story.engines.of(Limits.parse("100/1d"), List.of(Duration.ofDays(1)), java.time.ZoneOffset.UTC));
        assertThat(story.usage().used()).isEqualTo(8);
        story.becomes(story.engines.of(limits, limits, Story.bursts(limits, 10)));
        assertThat(story.usage().used()).isEqualTo(8);
        story.time.advance(Duration.ofSeconds(8));
        assertThat(story.idle()).isTrue();
    }

    private static Story story(String text, long burst) {
        Limits limits = Limits.parse(text);
        Story story = new Story(Instant.EPOCH);
        return story.with(story.engines.of(limits, limits, Story.bursts(limits, burst)));
    }

    private static long pause(Random random, long period, long window) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> period + random.nextInt(3) - 1;
            case 2 -> random.nextLong(3 * period + 1);
            case 3 -> random.nextInt(10) == 0 ? window / 50 : 1;
            default -> random.nextLong(period + 1);
        };
    }

    private static void assertKept(Limit limit, long burst, List<Twin.Charge> charges, int seed) {
        charges.sort(java.util.Comparator.comparingLong(Twin.Charge::time));
        for (int from = 0; from < charges.size(); from++) {
            BigInteger sum = BigInteger.ZERO;
            for (int to = from; to < charges.size(); to++) {
                sum = sum.add(BigInteger.valueOf(charges.get(to).cost()));
                BigInteger passed = BigInteger.valueOf(
                        charges.get(to).time() - charges.get(from).time());
                BigInteger allowed = BigInteger.valueOf(burst)
                        .multiply(BigInteger.valueOf(limit.window().toNanos()))
                        .add(passed.multiply(BigInteger.valueOf(limit.permits())));
                assertThat(sum.multiply(BigInteger.valueOf(limit.window().toNanos())))
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(allowed);
            }
        }
    }

    /** A bucket in big integers, in permits times the nanoseconds of the window. */
    private static final class Naive {
        private final BigInteger permits;
        private final BigInteger window;
        private final BigInteger burst;
        private BigInteger level;
        private long since;

        private Naive(Limit limit, long burst) {
            this.permits = BigInteger.valueOf(limit.permits());
            this.window = BigInteger.valueOf(limit.window().toNanos());
            this.burst = BigInteger.valueOf(burst).multiply(window);
            this.level = this.burst;
        }

        private void fill(long now) {
            level = level.add(BigInteger.valueOf(now - since).multiply(permits)).min(burst);
            since = now;
        }

        private long earliest(long now, long cost) {
            fill(now);
            BigInteger lacking = BigInteger.valueOf(cost).multiply(window).subtract(level);
            BigInteger[] wait = lacking.max(BigInteger.ZERO).divideAndRemainder(permits);
            return now + wait[0].longValueExact() + (wait[1].signum() > 0 ? 1 : 0);
        }

        private void charge(long now, long cost) {
            fill(now);
            level = level.subtract(BigInteger.valueOf(cost).multiply(window));
        }
    }
}
