package dev.resilience.benchmarks;

import dev.resilience.Admission;
import dev.resilience.Policy;
import dev.resilience.time.Pulse;
import dev.resilience.time.Ticker;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Ten million invented keys against a limiter with its default bound of a million, while a thousand callers are blocked:
 * how much the heap grows, how many of the blocked get through (none may), and when all is as before. Meant for
 * {@code java -Xmx1g}; time is turned by hand, so that a window passes in no time.
 */
public final class Attack {

    private static final int ATTACKERS = 10_000_000;
    private static final int BLOCKED = 1_000;
    private static final int ATTEMPTS_EVERY = 100;

    private final Turned clock = new Turned();
    private final Ours ours = new Ours(Ours.time(clock, clock));
    private final BareCall call = ours.call();
    private final Policy policy;
    private final int callsPerKey;

    private Attack(String limits, int callsPerKey) {
        this.policy = ours.policy(Limiters.KIND, Map.of("limits", limits));
        this.callsPerKey = callsPerKey;
    }

    /** Prints a table. */
    public static void main(String[] arguments) {
        System.out.println(
                "| limits | calls per key | heap before MiB | growth MiB | blocked let in | seconds of attack |"
                        + " strangers let in | newcomers until a quarter of the heap is left | heap MiB then |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        new Attack("5/1m", 1).print("5/1m");
        new Attack("5/1m", 5).print("5/1m");
        new Attack("5/1m, 1000/1h, 10000/1d", 1).print("5/1m, 1000/1h, 10000/1d");
    }

    private void print(String limits) {
        for (int each = 0; each < 5 * BLOCKED; each++) {
            passes("blocked-" + each % BLOCKED);
        }
        double before = mebibytes();
        long began = System.nanoTime();
        int freed = 0;
        int strangers = 0;
        for (int each = 0; each < ATTACKERS; each++) {
            String key = "attacker-" + each;
            for (int time = 0; time < callsPerKey; time++) {
                strangers += passes(key) ? 1 : 0;
            }
            freed += each % ATTEMPTS_EVERY == 0 && passes("blocked-" + each / ATTEMPTS_EVERY % BLOCKED) ? 1 : 0;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double growth = mebibytes() - before;
        int newcomers = recover(before + growth / 4);
        System.out.printf(
                "| %s | %d | %.0f | %.0f | %d | %.1f | %d | %d | %.0f |%n",
                limits, callsPerKey, before, growth, freed, seconds, strangers, newcomers, mebibytes());
    }

    /** After windows in which all were idle: each newcomer makes the hand move on. */
    private int recover(double until) {
        clock.turn(Duration.ofDays(2));
        int newcomers = 0;
        while (newcomers < ATTACKERS && (newcomers % 10_000 != 0 || mebibytes() > until)) {
            passes("calm-" + newcomers++);
        }
        return newcomers;
    }

    private boolean passes(String key) {
        return call.key(key).ask(policy) == Admission.proceed();
    }

    private static double mebibytes() {
        return HeapPerKey.used() / 1024.0 / 1024.0;
    }

    /** A clock that is turned by hand, and a pulse that tells it. */
    static final class Turned implements Ticker, Pulse {

        private long now = 1;

        private void turn(Duration time) {
            now += time.toNanos();
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public long tick() {
            return now;
        }

        @Override
        public long lastToldBefore(long instant, long tolerance) {
            return instant;
        }

        @Override
        public void onBeat(LongConsumer beat) {
            // It has no beat.
        }

        @Override
        public void wake() {
            // It has no beat.
        }
    }
}
