package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int AT = 3;
    private static final long FOREIGN = 0x0BAD_0BAD_0BAD_0BADL;

    @ParameterizedTest
    @ValueSource(
            strings = {"5/1s", "64/1s", "65/1s", "3/10ms, 20/1s", "5/1s, 100/1m, 120/1h", "100/1s, 1000/1m", "1/1ms"})
    void neverMoreThanTheLimitInAnyWindow(String text) {
        Limits limits = Limits.parse(text);
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Driven limiter = new Driven(limits);
            long shortest = limits.all().get(0).window().toNanos();
            for (int call = 0; call < 150; call++) {
                limiter.turn(pause(random, shortest));
                limiter.call(1 + random.nextInt(3), random.nextInt(4) == 0 ? random.nextLong(3 * shortest) : 0);
                if (random.nextInt(5) == 0) {
                    limiter.refundOne(random);
                }
            }
            limiter.size();
            assertThat(limiter.twin.keepsEveryWindow()).as("seed %d", seed).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1/1s", "5/1s", "64/1s", "3/10ms, 20/1s", "5/1s, 20/7s, 30/1m"})
    void anExactLogAgreesWithTheTwinToTheNanosecond(String text) {
        Limits limits = Limits.parse(text);
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Driven limiter = new Driven(limits);
            long shortest = limits.all().get(0).window().toNanos();
            long largest = limits.all().get(0).permits();
            for (int call = 0; call < 120; call++) {
                limiter.turn(pause(random, shortest));
                long cost = 1 + random.nextLong(largest);
                long first = limiter.windows.earliest(limiter.words, AT, limiter.now, limiter.now, cost);
                assertThat(limiter.twin.fits(first, cost))
                        .as("seed %d call %d", seed, call)
                        .isTrue();
                if (first > limiter.now) {
                    assertThat(limiter.twin.fits(first - 1, cost))
                            .as("seed %d call %d", seed, call)
                            .isFalse();
                    assertThat(limiter.twin.fits(limiter.now, cost))
                            .as("seed %d call %d", seed, call)
                            .isFalse();
                }
                limiter.call(cost, random.nextBoolean() ? random.nextLong(3 * shortest) : 0);
                if (random.nextInt(4) == 0) {
                    limiter.refundOne(random);
                }
            }
        }
    }

    @Test
    void slotsDeliverSixtyOfSixtyOneParts() {
        Driven limiter = new Driven(Limits.parse("6000/1m"));
        long admitted = 0;
        for (int call = 0; call < 610 * 200; call++) {
            admitted += limiter.call(1, 0) ? 1 : 0;
            limiter.turn(SECOND / 200);
        }
        assertThat(admitted).isBetween(60_000L, 61_000L);
    }

    @Test
    void allWindowsPayOrNone() {
        Driven limiter = new Driven(Limits.parse("2/1s, 3/1m"));
        assertThat(limiter.call(2, 0)).isTrue();
        assertThat(limiter.call(1, 0)).isFalse();
        assertThat(remaining(limiter)).containsExactly(0L, 1L);
        limiter.turn(SECOND);
        assertThat(limiter.call(2, 0)).isFalse();
        assertThat(remaining(limiter)).containsExactly(2L, 1L);
        assertThat(limiter.call(1, 0)).isTrue();
        assertThat(remaining(limiter)).containsExactly(1L, 0L);
    }

    @Test
    void resetTellsWhenTheNextPermitReturns() {
        Driven limiter = new Driven(Limits.parse("2/1s"));
        limiter.call(1, 0);
        limiter.turn(SECOND / 4);
        limiter.call(1, 0);
        assertThat(limiter.usage().get(0).resetNanos()).isEqualTo(SECOND * 3 / 4);
        limiter.turn(SECOND * 3 / 4);
        assertThat(limiter.usage().get(0).resetNanos()).isEqualTo(SECOND / 4);
        limiter.turn(SECOND);
        assertThat(limiter.usage().get(0).resetNanos()).isZero();
    }

    @Test
    void aSlotLeavesAtTheStatedInstantAndNotBefore() {
        Driven limiter = new Driven(Limits.parse("100/1m"));
        limiter.turn(SECOND / 3);
        limiter.call(100, 0);
        long first = limiter.windows.earliest(limiter.words, AT, limiter.now, limiter.now, 1);
        assertThat(first - limiter.now).isBetween(60 * SECOND, 61 * SECOND);
        limiter.now = first - 1;
        assertThat(limiter.call(1, 0)).isFalse();
        limiter.now = first;
        assertThat(limiter.call(100, 0)).isTrue();
    }

    @Test
    void aCostAboveTheLimitNeverPasses() {
        Driven limiter = new Driven(Limits.parse("5/1s, 100/1m"));
        assertThat(limiter.windows.earliest(limiter.words, AT, limiter.now, limiter.now, 6))
                .isEqualTo(Engine.NEVER);
        assertThat(limiter.windows.earliest(limiter.words, AT, limiter.now, limiter.now, Long.MAX_VALUE))
                .isEqualTo(Engine.NEVER);
    }

    @Test
    void aHoleBetweenReservationsIsFilled() {
        Driven limiter = new Driven(Limits.parse("1/1s"));
        long start = limiter.now;
        for (int waiter = 0; waiter < 4; waiter++) {
            assertThat(limiter.call(1, 10 * SECOND)).isTrue();
        }
        limiter.refund(start + SECOND, 1);
        assertThat(limiter.windows.earliest(limiter.words, AT, limiter.now, limiter.now, 1))
                .isEqualTo(start + SECOND);
    }

    @Test
    void sumsOfReservationsMayOverflow() {
        Driven limiter = new Driven(Limits.parse(Long.MAX_VALUE + "/1s"));
        for (int waiter = 0; waiter < 9; waiter++) {
            assertThat(limiter.call(Long.MAX_VALUE / 2, 60 * SECOND)).isTrue();
        }
        assertThat(limiter.call(Long.MAX_VALUE, 60 * SECOND)).isTrue();
        for (int beat = 0; beat < 40; beat++) {
            limiter.turn(SECOND / 3);
            limiter.call(Long.MAX_VALUE / 3, 0);
        }
        assertThat(limiter.twin.keepsEveryWindow()).isTrue();
    }

    @Test
    void nobodyJoinsWhereTheSumOfReservationsHasOverflown() {
        Driven limiter = new Driven(Limits.parse(Long.MAX_VALUE + "/1s"));
        for (int waiter = 0; waiter < 4; waiter++) {
            assertThat(limiter.call(1L << 62, 60 * SECOND)).isTrue();
        }
        limiter.turn(limiter.open.get(3).time() - limiter.now);
        assertThat(limiter.call(Long.MAX_VALUE, 0)).isFalse();
        assertThat(limiter.call(Long.MAX_VALUE >> 1, 0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775807/1ms",
                "9223372036854775807/3650d",
                "1/3650d",
                "64/3650d",
                "65/1ms",
                "4611686018427387904/1h"
            })
    void boundsOfTheArithmeticHold(String text) {
        Limits limits = Limits.parse(text);
        long permits = limits.all().get(0).permits();
        long window = limits.all().get(0).window().toNanos();
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            Driven limiter = new Driven(limits);
            for (int call = 0; call < 60; call++) {
                limiter.turn(random.nextInt(3) == 0 ? 0 : random.nextLong(window / 8 + 2));
                limiter.call(1 + random.nextLong(permits), 0);
                limiter.call(1, 0);
            }
            limiter.size();
            assertThat(limiter.twin.keepsEveryWindow()).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void aKeyCostsFewWords() {
        Driven one = new Driven(Limits.parse("60/1m"));
        Driven three = new Driven(Limits.parse("60/1m, 1000/1h, 10000/1d"));
        for (int call = 0; call < 8; call++) {
            one.call(1, 0);
            three.call(1, 0);
        }
        assertThat(16 + 8 * one.size()).isLessThanOrEqualTo(88);
        assertThat(16 + 8 * three.size()).isLessThanOrEqualTo(168);
    }

    @Test
    void whatHasRestedIsCompacted() {
        Driven limiter = new Driven(Limits.parse("60/1m"));
        for (int call = 0; call < 60; call++) {
            limiter.turn(SECOND);
            limiter.call(1, 0);
        }
        limiter.turn(55 * SECOND);
        assertThat(limiter.windows.idle(limiter.words, AT, limiter.now)).isFalse();
        List<Usage.Window> before = limiter.usage();
        limiter.compact();
        assertThat(limiter.size()).isLessThan(10);
        assertThat(limiter.usage()).isEqualTo(before);
    }

    private static long pause(Random random, long shortest) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 ->
                Math.max(
                        0,
                        random.nextInt(5) * (shortest / 4)
                                + random.nextInt(3)
                                - 1); // meets the edges of windows to the nanosecond
            case 2 -> random.nextLong(shortest / 50 + 1);
            default -> random.nextInt(30) == 0 ? 5 * shortest : random.nextLong(shortest + 1);
        };
    }

    private static List<Long> remaining(Driven limiter) {
        return limiter.usage().stream().map(Usage.Window::remaining).toList();
    }

    /** Windows with an array, a time, and a twin that is told everything. */
    private static final class Driven {
        private final SlidingWindows windows;
        private final Twin twin;
        private final List<Twin.Charge> open = new ArrayList<>();
        private long[] words;
        private long now = 1;

        private Driven(Limits limits) {
            windows = new SlidingWindows(limits, Memory.of(List.of(limits)), 7, Moments.timeline());
            twin = new Twin(limits);
            words = room(windows.freshSize());
            windows.fresh(words, AT);
        }

        /** What lies in a room doesn't matter, and what lies around it belongs to others. */
        private static long[] room(int size) {
            long[] room = new long[AT + size + AT];
            Arrays.fill(room, FOREIGN);
            return room;
        }

        private int size() {
            int size = windows.size(words, AT);
            assertThat(words.length).isEqualTo(AT + size + AT);
            for (int word = 0; word < AT; word++) {
                assertThat(words[word]).isEqualTo(FOREIGN);
                assertThat(words[AT + size + word]).isEqualTo(FOREIGN);
            }
            return size;
        }

        private void compact() {
            long[] room = room(windows.compactSize(words, AT));
            windows.compact(words, AT, room, AT);
            words = room;
        }

        private void turn(long nanos) {
            now += nanos;
        }

        private boolean call(long cost, long maxWait) {
            if (windows.join(words, AT, now, cost)) {
                return charged(now, cost);
            }
            long first = windows.earliest(words, AT, now, now, cost);
            if (first == Engine.NEVER || first - now > maxWait) {
                return false;
            }
            words = withRoom(first, cost);
            windows.charge(words, AT, first, cost);
            return charged(first, cost);
        }

        private boolean charged(long at, long cost) {
            twin.charge(at, cost);
            open.add(new Twin.Charge(at, cost));
            return true;
        }

        private long[] withRoom(long time, long cost) {
            long[] room = room(windows.sizeToCharge(words, AT, time, cost));
            windows.grow(words, AT, time, cost, room, AT);
            return room;
        }

        private void refundOne(Random random) {
            if (!open.isEmpty()) {
                Twin.Charge charge = open.remove(random.nextInt(open.size()));
                refund(charge.time(), charge.cost());
            }
        }

        private void refund(long at, long cost) {
            windows.refund(words, AT, at, cost);
            twin.refund(at, cost);
        }

        private List<Usage.Window> usage() {
            size();
            return windows.usage(words, AT, now);
        }
    }
}
