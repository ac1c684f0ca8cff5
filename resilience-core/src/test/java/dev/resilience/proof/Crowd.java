package dev.resilience.proof;

import dev.resilience.Body;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Sixty-four threads that call one limiter as fast as they can and write down what they saw. */
final class Crowd {

    static final int THREADS = 64;
    private static final int REFUSALS_SEEN = 16;

    private final Limiter limiter;
    private final Ticker ticker;
    private final long origin;
    private final Manners manners;
    final Sightings passed = new Sightings();
    final Sightings returned = new Sightings();
    final Sightings refused = new Sightings();
    private long decisions;

    Crowd(Limiter limiter, Ticker ticker, Manners manners) {
        this.limiter = limiter;
        this.ticker = ticker;
        this.origin = ticker.nanos();
        this.manners = manners;
    }

    /**
     * How they call.
     *
     * @param mostCost each call costs between one and this
     * @param returns of this many calls one gets its permit back; zero for none
     */
    record Manners(int keys, int mostCost, int returns) {}

    /** Lets them call so many times, all together. */
    Crowd call(long calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Member>> members = new ArrayList<>();
            for (int seed = 0; seed < THREADS; seed++) {
                members.add(new Member(seed, calls / THREADS));
            }
            for (Future<Member> done : threads.invokeAll(members)) {
                collect(done.get());
            }
        } finally {
            threads.shutdownNow();
        }
        return this;
    }

    private void collect(Member member) {
        decisions += member.calls;
        passed.addAll(member.passed);
        returned.addAll(member.returned);
        refused.addAll(member.refused);
    }

    long decisions() {
        return decisions;
    }

    /** How much time has gone by. */
    long elapsed() {
        return ticker.nanos() - origin;
    }

    /** All that was ever charged. */
    Sightings charged() {
        Sightings charged = new Sightings();
        charged.addAll(passed);
        charged.addAll(returned);
        return charged;
    }

    /** One thread. */
    private final class Member implements Callable<Member>, Body {
        private final SplittableRandom random;
        private final long calls;
        private final Sightings passed = new Sightings();
        private final Sightings returned = new Sightings();
        private final Sightings refused = new Sightings();
        private long ran;

        private Member(int seed, long calls) {
            this.random = new SplittableRandom(seed);
            this.calls = calls;
        }

        @Override
        public Member call() throws Exception {
            for (long call = 0; call < calls; call++) {
                int key = random.nextInt(manners.keys);
                int cost = 1 + random.nextInt(manners.mostCost);
                if (manners.returns > 0 && random.nextInt(manners.returns) == 0) {
                    passAndReturn(key, cost);
                } else {
                    pass(key, cost);
                }
            }
            return this;
        }

        @Override
        public @Nullable Object invoke() {
            ran = now();
            return null;
        }

        private void pass(int key, int cost) throws Exception {
            long start = now();
            try {
                limiter.call(key, cost, this);
                passed.add(start, ran, key, cost);
            } catch (RateLimitedException refusal) {
                refused(start, key, cost);
            } catch (Throwable unexpected) {
                throw new IllegalStateException(unexpected);
            }
        }

        private void passAndReturn(int key, int cost) {
            long start = now();
            if (limiter.passesAndReturns(key, cost)) {
                returned.add(start, now(), key, cost);
            } else {
                refused(start, key, cost);
            }
        }

        private void refused(long start, int key, int cost) {
            if (random.nextInt(REFUSALS_SEEN) == 0) {
                refused.add(start, now(), key, cost);
            }
        }

        private long now() {
            return ticker.nanos() - origin;
        }
    }
}
