package dev.resilience.retry;

import dev.resilience.Hedger;
import dev.resilience.time.Slots;

/**
 * The durations of the last minutes, as well as one has to know them to say what so many of them didn't exceed.
 *
 * <p>Keeping the durations themselves would take as much memory as there are calls, and a sample of them would tell little of
 * the slowest, which are asked about. So they are counted in buckets, sixteen for each power of two: what is told is the
 * upper bound of a bucket, which is the true duration or up to a sixteenth more. Time is cut into slots of half a minute,
 * and the current one and the five before it count.
 *
 * <p>Nothing is told from too few: below five durations that may be longer than what is asked for, it would be an accident.
 *
 * <p>Counted under a lock, in one place of two arrays; added up again every few durations only. Thread-safe.
 */
final class RecentDurations extends Slots {

    private static final int PARTS_BITS = 4;
    private static final int PARTS = 1 << PARTS_BITS;
    private static final int UNIT_BITS = 10;
    private static final int LONGEST_BITS = 32;
    private static final int BUCKETS = (LONGEST_BITS - PARTS_BITS + 1) << PARTS_BITS;
    private static final int SLOTS = 6;
    private static final long SLOT_NANOS = 30_000_000_000L;
    private static final int BETWEEN_ESTIMATES = 16;
    private static final int LEAST_BEYOND = 5;

    private volatile long estimate = Hedger.NEVER;

    // Guarded by this:
    private final int[][] counts = new int[SLOTS][BUCKETS];
    private final int[] totals = new int[BUCKETS];
    private long total;
    private int sinceEstimate;
    private double share;

    /** @param share of how many of them the longest duration is told, such as 0.95 */
    RecentDurations(double share, long now) {
        super(SLOT_NANOS, SLOTS, now);
        this.share = share;
    }

    /** Counts one. The instant may lag behind others. */
    synchronized void took(long nanos, long now) {
        turnTo(now);
        int bucket = bucket(nanos);
        counts[place(0)][bucket]++;
        totals[bucket]++;
        total++;
        if (++sinceEstimate >= BETWEEN_ESTIMATES) {
            estimate();
        }
    }

    /** What the share didn't exceed, in nanoseconds; {@link Hedger#NEVER} while nobody can tell. */
    long nanos(long now) {
        if (isOver(now)) {
            turnTo(now);
        }
        return estimate;
    }

    /** Tells of another share from now on. */
    synchronized void share(double other) {
        share = other;
        estimate();
    }

    private void estimate() {
        sinceEstimate = 0;
        estimate = total * (1 - share) < LEAST_BEYOND
                ? Hedger.NEVER
                : upperBound(bucketOf((long) Math.ceil(total * share)));
    }

    /** The bucket of that one, if they stood in a row. */
    private int bucketOf(long rank) {
        long before = 0;
        int bucket = -1;
        while (before < rank) {
            before += totals[++bucket];
        }
        return bucket;
    }

    private synchronized void turnTo(long now) {
        if (turn(now)) {
            estimate();
        }
    }

    @Override
    protected void begin(int place) {
        int[] old = counts[place];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            totals[bucket] -= old[bucket];
            total -= old[bucket];
            old[bucket] = 0;
        }
    }

    /** Units below sixteen have buckets of their own; above, the first bits of the number say which one it is. */
    private static int bucket(long nanos) {
        long units = Math.min(Math.max(0, nanos) >>> UNIT_BITS, (1L << LONGEST_BITS) - 1);
        int length = Long.SIZE - Long.numberOfLeadingZeros(units | PARTS - 1);
        int shift = length - PARTS_BITS - 1;
        return shift < 0 ? (int) units : (shift << PARTS_BITS) + (int) (units >>> shift);
    }

    private static long upperBound(int bucket) {
        int shift = Math.max(0, (bucket >>> PARTS_BITS) - 1);
        long units = bucket - ((long) shift << PARTS_BITS);
        return units + 1 << shift + UNIT_BITS;
    }
}
