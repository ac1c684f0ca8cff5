package dev.resilience.cache;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.failure.BrokenRules;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One key that is asked for, loaded, refreshed, waited for, expired and invalidated in every interleaving.
 *
 * <p>An invalidation has many instants at which it may be said to happen, so the cache is no register that is read and
 * written at one. What holds instead: nobody who comes after an invalidation is given what was loaded before it, and no two
 * loads run at once unless there was an invalidation between their beginnings. Every operation says {@code fine} as long as
 * that is so, and what is linearizable is that all are fine.
 */
@Param(name = "caller", gen = ThreadIdGen.class)
@Param(name = "exit", gen = IntGen.class, conf = "0:3")
@Tag("lincheck")
public class LoadsLincheckTest {

    private static final int ITERATIONS = Integer.getInteger("resilience.proof.iterations", 2);
    private static final int MOST_CALLERS = 8;
    private static final String FINE = "fine";

    private final PlainStore store = new PlainStore();
    private final ResultCache cache = new ResultCache(
            CacheHarness.configuration(
                    Map.of("ttl", "10s", "ttl-jitter", "0", "stale-while-revalidate", "10s", "refresh-ahead", "50")),
            store,
            new PolicyContext(new ManualTime().time(), event -> {}, List.of()),
            new BrokenRules("caches", "quotes", event -> {}));
    private final CachePolicy policy = new CachePolicy(cache);
    private final @Nullable Part[] parts = new Part[MOST_CALLERS];

    /** How many invalidations have begun, and have ended. There is one at a time. */
    private volatile int begun;

    private volatile int ended;

    /** What a caller does: nothing but wait, or a load. */
    private static final class Part {
        private final FakeCall call;
        private volatile boolean loads;
        private volatile int endedBefore;
        private volatile int value;

        private Part(FakeCall call) {
            this.call = call;
        }
    }

    @Operation
    public String ask(@Param(name = "caller") int caller) {
        if (parts[caller] != null) {
            return FINE;
        }
        Part part = new Part(new FakeCall(store::tick, store::tick).arguments("ACME"));
        return answered(caller, part);
    }

    @Operation
    public String askAgain(@Param(name = "caller") int caller) {
        Part part = parts[caller];
        return part == null || part.loads ? FINE : answered(caller, part);
    }

    private String answered(int caller, Part part) {
        boolean waited = parts[caller] != null;
        int endedBefore = ended;
        Admission answer = policy.admit(part.call);
        parts[caller] = null;
        boolean fine = true;
        if (answer instanceof Admission.Return given) {
            fine = waited || (int) given.value() >= endedBefore;
            if (waited) {
                policy.settle(part.call);
            }
        }
        boolean loads = answer == Admission.proceed() || answer instanceof Admission.Return given && given.refresh();
        if (loads) {
            part.value = begun;
            fine &= isAlone(part);
            part.endedBefore = endedBefore;
            part.loads = true;
        }
        if (loads || answer instanceof Admission.AskAgain) {
            parts[caller] = part;
        } else if (answer instanceof Admission.Fail && waited) {
            policy.settle(part.call);
        }
        return fine ? FINE : "not fine: " + answer;
    }

    /** Whether there was an invalidation since the beginning of any other load that runs. */
    private boolean isAlone(Part mine) {
        int now = begun;
        for (Part part : parts) {
            if (part != null && part != mine && part.loads && part.endedBefore >= now) {
                return false;
            }
        }
        return true;
    }

    @Operation
    public String end(@Param(name = "caller") int caller, @Param(name = "exit") int exit) {
        Part part = parts[caller];
        if (part == null) {
            return FINE;
        }
        boolean loads = part.loads;
        part.loads = false;
        parts[caller] = null;
        if (!loads || exit == 0) {
            part.call.ended(Outcome.CANCELLED, null, new CancellationException(), false);
        } else if (exit == 1) {
            part.call.threw(new IOException());
        } else {
            part.call.gave(part.value);
        }
        policy.settle(part.call);
        return FINE;
    }

    @Operation
    public String expire() {
        store.tick.addAndGet(TimeUnit.SECONDS.toNanos(6));
        return FINE;
    }

    @Operation(nonParallelGroup = "owner")
    public String invalidate() {
        begun++;
        cache.invalidateAll();
        ended = begun;
        return FINE;
    }

    @Test
    void holdsUnderSystematicInterleaving() {
        new ModelCheckingOptions()
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(3)
                .actorsAfter(2)
                .iterations(2 * ITERATIONS)
                .invocationsPerIteration(50)
                .check(LoadsLincheckTest.class);
    }

    @Test
    void holdsUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(3)
                .actorsAfter(2)
                .iterations(2 * ITERATIONS)
                .invocationsPerIteration(100)
                .check(LoadsLincheckTest.class);
    }
}
