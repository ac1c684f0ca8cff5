package dev.resilience.ratelimit;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several token buckets that decide together: a cost is taken out of all of them or of none.
 *
 * <p>A bucket holds as many permits as its burst, and its limit says how fast they come back, evenly. So in any stretch of
 * time at most a burst passes and what comes back meanwhile; a window of the limit's length may see both. Of each bucket
 * four words are remembered: how much is missing, since when nothing of that was counted as come back, which part of a
 * permit had come back by then, and how many permits come back per window: the next who decides may have another tier, but
 * until then they came back at this rate. So nothing is ever rounded away, and a key costs the same however many calls it makes.
 *
 * <p><b>How can a call be let in that has to wait?</b> It takes out more than there is, and comes when that is back. Who
 * comes next waits behind it, because more is missing. But what a call takes out ahead of time must not come back before
 * it comes, as it would if others were refunded meanwhile and the bucket filled: a burst would pass just before it. So
 * until the last of those who wait has come, no less counts as missing than is reserved.
 *
 * <p><b>What does a refund put back?</b> At most what was taken, but perhaps it has come back by itself since: as much as
 * came back in that time. Putting it in again would let twice a burst pass. Whose permits came back can't be told, so
 * they count as this call's: never too much is put back.
 */
final class TokenBuckets implements SteadyBlocks {

    /** Of the block: who wrote it, how much is reserved ahead of time, and until when. */
    private static final int RESERVED = 1;

    private static final int AHEAD = 2;
    private static final int HEAD = 3;
    /** Of a bucket. */
    private static final int WORDS = 4;

    private static final int SINCE = 1;
    private static final int PART = 2;
    private static final int PERMITS = 3;

    private final List<Duration> windows;
    private final @Nullable Limit[] limits;
    private final Rate[] rates;
    private final long[] bursts;
    private final long largestCost;
    private final int id;

    /**
     * @param slowest what a block remembers: every window of the limits, and perhaps others, with the fewest permits that
     *     anybody has in them
     * @param burstsByWindow how much a full bucket holds
     */
    TokenBuckets(Limits limits, Limits slowest, Map<Duration, Long> burstsByWindow, int id) {
        int buckets = slowest.all().size();
        this.windows = slowest.all().stream().map(Limit::window).toList();
        this.limits = new Limit[buckets];
        this.rates = new Rate[buckets];
        this.bursts = new long[buckets];
        this.id = id;
        for (int bucket = 0; bucket < buckets; bucket++) {
            Limit limit = limits.of(windows.get(bucket)).orElse(null);
            Limit drained = limit == null ? slowest.all().get(bucket) : limit;
            this.limits[bucket] = limit;
            this.rates[bucket] = new Rate(drained.permits(), drained.window().toNanos());
            this.bursts[bucket] = limit == null ? Long.MAX_VALUE : burstsByWindow.get(limit.window());
        }
        this.largestCost = Arrays.stream(bursts).min().orElseThrow();
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public int freshSize() {
        return HEAD + WORDS * bursts.length;
    }

    @Override
    public long earliest(long[] words, int at, long time, long from, long cost) {
        if (cost > largestCost) {
            return NEVER;
        }
        expire(words, at, time);
        long first = from;
        for (int bucket = 0; bucket < bursts.length; bucket++) {
            words[base(at, bucket) + PERMITS] = rates[bucket].permits();
            first = Math.max(first, earliestOf(words, at, bucket, cost));
        }
        return first;
    }

    /** When so little is missing that the cost can be taken out. */
    private long earliestOf(long[] words, int at, int bucket, long cost) {
        int base = base(at, bucket);
        long most = bursts[bucket] - cost;
        if (words[base] <= most) {
            return 0;
        }
        long returned = after(words[base + SINCE], rates[bucket].timeFor(words[base] - most, words[base + PART]));
        long ahead = words[at + AHEAD];
        long least = Math.min(Math.min(words[base], words[at + RESERVED]), bursts[bucket]);
        if (ahead <= words[base + SINCE] || least <= most) {
            return returned;
        }
        long gone = rates[bucket].permitsIn(ahead - words[base + SINCE], words[base + PART]);
        return words[base] - gone > least ? returned : after(ahead, rates[bucket].timeFor(least - most, 0));
    }

    private static long after(long time, long wait) {
        return wait >= Long.MAX_VALUE - time ? Long.MAX_VALUE - 1 : time + wait;
    }

    @Override
    public void charge(long[] words, int at, long time, long cost) {
        if (isAhead(words, at, time)) {
            words[at + RESERVED] = sum(words[at + RESERVED], cost);
            words[at + AHEAD] = Math.max(words[at + AHEAD], time);
        }
        for (int bucket = 0; bucket < bursts.length; bucket++) {
            takeOut(words, base(at, bucket), bucket, time, cost);
        }
    }

    /** What is missing was counted when somebody decided last, and nobody decides about the past. */
    private boolean isAhead(long[] words, int at, long time) {
        boolean ahead = false;
        for (int bucket = 0; bucket < bursts.length; bucket++) {
            ahead |= words[base(at, bucket)] > 0 && time > words[base(at, bucket) + SINCE];
        }
        return ahead;
    }

    private static long sum(long left, long right) {
        return left > Long.MAX_VALUE - right ? Long.MAX_VALUE : left + right;
    }

    /** Ahead of time, a bucket may be full again before the cost is taken out: then it begins to come back only afterwards. */
    private void takeOut(long[] words, int base, int bucket, long time, long cost) {
        Rate rate = rates[bucket];
        long missing = words[base];
        if (missing == 0) {
            words[base + SINCE] = time;
            words[base + PART] = 0;
        } else if (time > words[base + SINCE]
                && rate.permitsIn(time - words[base + SINCE], words[base + PART]) > missing) {
            words[base + SINCE] = time - rate.timeFor(missing, 0) + 1;
            words[base + PART] = 0;
        }
        words[base] = sum(missing, cost);
    }

    @Override
    public void refund(long[] words, int at, long time, long cost) {
        if (!Adopted.isBefore(words[at], time)) {
            return;
        }
        if (isAhead(words, at, time)) {
            words[at + RESERVED] = Math.max(0, words[at + RESERVED] - cost);
        }
        for (int bucket = 0; bucket < bursts.length; bucket++) {
            putBack(words, base(at, bucket), rate(words, base(at, bucket), bucket), time, cost);
        }
    }

    /** What came back since the time stays back: it is taken out again to the part of a permit. */
    private static void putBack(long[] words, int base, Rate rate, long time, long cost) {
        long since = Math.max(0, words[base + SINCE] - time);
        long part = rate.partIn(since, 0);
        long back = cost - rate.permitsIn(since, 0);
        if (part > words[base + PART]) {
            back--;
            part -= rate.nanos();
        }
        if (back > 0 || back == 0 && part < 0) {
            words[base] = Math.max(0, words[base] - back);
            words[base + PART] = words[base] == 0 ? 0 : words[base + PART] - part;
        }
    }

    @Override
    public boolean idle(long[] words, int at, long time) {
        if (time < words[at + AHEAD]) {
            return false;
        }
        expire(words, at, time);
        long missing = 0;
        for (int bucket = 0; bucket < bursts.length; bucket++) {
            missing |= words[base(at, bucket)];
        }
        return missing == 0;
    }

    @Override
    public long charged(long[] words, int at, Duration window, long time) {
        expire(words, at, time);
        return words[base(at, Memory.mostLike(window, windows.size(), windows::get))];
    }

    @Override
    public void inherit(Engine other, long[] words, int at, long time, long[] room, int to) {
        fresh(room, to);
        room[to] = Adopted.at(room[to], time);
        for (int bucket = 0; bucket < bursts.length; bucket++) {
            room[base(to, bucket)] = other.charged(words, at, windows.get(bucket), time);
            room[base(to, bucket) + SINCE] = time;
        }
    }

    @Override
    public @Nullable Limit[] limits() {
        return limits;
    }

    @Override
    public Usage.Window usage(long[] words, int at, int bucket, Limit limit, long time) {
        long missing = words[base(at, bucket)];
        long remaining = Math.max(0, bursts[bucket] - missing);
        long next = missing == 0 ? time : earliestOf(words, at, bucket, Math.min(bursts[bucket], remaining + 1));
        return new Usage.Window(limit, bursts[bucket], remaining, Math.max(0, next - time));
    }

    @Override
    public boolean isToldByBlock() {
        return true;
    }

    @Override
    public long waitFor(long[] words, int at, int bucket, Limit limit, long time, long cost) {
        return cost <= bursts[bucket] ? earliestOf(words, at, bucket, cost) - time : NEVER;
    }

    /** Fills what has drained back in by this time. */
    @Override
    public void expire(long[] words, int at, long time) {
        long ahead = words[at + AHEAD];
        if (ahead > 0) {
            fillTo(words, at, Math.min(time, ahead), words[at + RESERVED]);
        }
        if (time >= ahead) {
            words[at + RESERVED] = 0;
            words[at + AHEAD] = 0;
            fillTo(words, at, time, 0);
        }
    }

    private void fillTo(long[] words, int at, long time, long reserved) {
        for (int bucket = 0; bucket < bursts.length; bucket++) {
            int base = base(at, bucket);
            if (words[base] > 0 && time > words[base + SINCE]) {
                long least = Math.min(Math.min(words[base], reserved), bursts[bucket]);
                fillTo(words, base, rate(words, base, bucket), time, least);
            }
        }
    }

    private static void fillTo(long[] words, int base, Rate rate, long time, long least) {
        long passed = time - words[base + SINCE];
        long left = words[base] - rate.permitsIn(passed, words[base + PART]);
        words[base + PART] = left <= least ? 0 : rate.partIn(passed, words[base + PART]);
        words[base] = Math.max(least, left);
        words[base + SINCE] = time;
    }

    /** How fast permits came back since somebody decided last. */
    private Rate rate(long[] words, int base, int bucket) {
        long permits = words[base + PERMITS];
        Rate own = rates[bucket];
        return permits == own.permits() || permits == 0 ? own : new Rate(permits, own.nanos());
    }

    private static int base(int at, int bucket) {
        return at + HEAD + WORDS * bucket;
    }
}
