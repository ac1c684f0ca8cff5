package dev.resilience.proof;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Judges decisions afterwards, from nothing but when calls began and when their bodies ran.
 *
 * <p>A permit was charged at some instant between the two, nobody outside knows when. So which answers prove a fault? If
 * the intervals of calls that passed lie wholly inside one window and cost more than its limit, then however their
 * instants are chosen, that window was overfull: an over-admission. And if all that can have been charged inside the
 * window before a refused call, judged as generously as possible, leaves room for it, then that refusal was wrong: a
 * permit was lost. Neither judgement ever blames a correct limiter, however the threads were scheduled; both miss little,
 * because most intervals are a microsecond long.
 */
final class Oracle {

    private Oracle() {}

    /** The most that was certainly charged inside any window of this length. */
    static long fullest(Sightings passed, long window) {
        long[][] calls = passed.byStart();
        long[][] byEnd = calls.clone();
        Arrays.sort(byEnd, Comparator.comparingLong(call -> call[1]));
        PriorityQueue<long[]> early = new PriorityQueue<>(Comparator.comparingLong(call -> call[1]));
        long ended = 0;
        long earlyAndEnded = 0;
        long fullest = 0;
        int next = 0;
        for (int first = 0; first < calls.length; first++) {
            long close = calls[first][0] + window;
            while (next < byEnd.length && byEnd[next][1] < close) {
                ended += byEnd[next++][2];
            }
            while (!early.isEmpty() && early.peek()[1] < close) {
                earlyAndEnded += early.poll()[2];
            }
            fullest = Math.max(fullest, ended - earlyAndEnded);
            early.add(calls[first]);
        }
        return fullest;
    }

    /**
     * How many refusals no limit justifies.
     *
     * @param charged all that was charged, for however short a time
     * @param limits pairs of permits and the time for which a permit may count
     */
    static long unjustified(Sightings refused, Sightings charged, long[][] limits) {
        long[][] byStart = charged.byStart();
        long[][] byEnd = byStart.clone();
        Arrays.sort(byEnd, Comparator.comparingLong(call -> call[1]));
        Sums started = new Sums(byStart, 0);
        Sums ended = new Sums(byEnd, 1);
        long unjustified = 0;
        for (int index = 0; index < refused.size(); index++) {
            boolean justified = false;
            for (long[] limit : limits) {
                long possible = started.upTo(refused.end(index)) - ended.upTo(refused.start(index) - limit[1]);
                justified |= possible + refused.cost(index) > limit[0];
            }
            unjustified += justified ? 0 : 1;
        }
        return unjustified;
    }

    /** Running sums of costs. */
    private static final class Sums {
        private final long[] times;
        private final long[] sums;

        private Sums(long[][] calls, int column) {
            times = Arrays.stream(calls).mapToLong(call -> call[column]).toArray();
            sums = new long[calls.length + 1];
            for (int index = 0; index < calls.length; index++) {
                sums[index + 1] = sums[index] + calls[index][2];
            }
        }

        /** The sum of costs up to this time, that time included. */
        private long upTo(long time) {
            int low = 0;
            int high = times.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (times[middle] <= time) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return sums[low];
        }
    }
}
