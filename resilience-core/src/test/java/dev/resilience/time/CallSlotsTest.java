package dev.resilience.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside somebody who remembers every call and every event. */
class CallSlotsTest {

    private static final long SLOT = 1_000;
    private static final int NUMBER = 5;

    private final List<Long> calls = new ArrayList<>();
    private final List<Long> events = new ArrayList<>();

    /** The start lies before an overflow of the ticker, as it may. */
    @ParameterizedTest
    @ValueSource(longs = {1, 300, 900, 2_500, 9_000})
    void whatWasCountedIsToldForEveryStretchOfSlots(long longestStep) {
        long start = Long.MAX_VALUE - 20 * SLOT;
        Random random = new Random(longestStep);
        CallSlots slots = new CallSlots(SLOT, NUMBER, start) {};
        long passed = 0;
        for (int step = 0; step < 3_000; step++) {
            passed += random.nextLong(longestStep);
            if (random.nextBoolean()) {
                slots.called(start + passed);
                calls.add(passed / SLOT);
            } else {
                slots.happened(1, start + passed);
                events.add(passed / SLOT);
            }
            slots.upTo(start + passed);
            int from = random.nextInt(NUMBER);
            int to = random.nextInt(from + 1);
            assertThat(slots.calls(from, to)).isEqualTo(within(calls, passed / SLOT, from, to));
            assertThat(slots.events(from, to)).isEqualTo(within(events, passed / SLOT, from, to));
        }
    }

    private static long within(List<Long> slots, long current, int from, int to) {
        return slots.stream()
                .filter(slot -> slot >= current - from && slot <= current - to)
                .count();
    }
}
