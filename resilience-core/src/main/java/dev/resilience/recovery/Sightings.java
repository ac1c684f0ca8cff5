package dev.resilience.recovery;

/** The last sightings of one error: as many as make a pattern. Guarded by whoever has it. */
final class Sightings {

    private final long[] at;
    private int seen;
    private long total;
    private long toldAt;
    private boolean isTold;

    Sightings(int pattern) {
        this.at = new long[pattern];
    }

    /** It was seen again. @return whether that makes a pattern: so many within this time */
    boolean see(long now, long windowNanos) {
        at[(int) (total % at.length)] = now;
        total++;
        seen = Math.min(at.length, seen + 1);
        return seen == at.length && now - at[(int) (total % at.length)] <= windowNanos;
    }

    /** Whether the pattern may be told, which then counts as done; once in a while. */
    boolean mayBeTold(long now, long pauseNanos) {
        if (isTold && now - toldAt < pauseNanos) {
            return false;
        }
        isTold = true;
        toldAt = now;
        return true;
    }

    boolean wasTold() {
        return isTold;
    }

    long total() {
        return total;
    }

    /** How many of the sightings that are remembered lie within this time. */
    int within(long now, long windowNanos) {
        int recent = 0;
        for (int index = 0; index < seen; index++) {
            recent += now - at[index] <= windowNanos ? 1 : 0;
        }
        return recent;
    }
}
