package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads on methods that name the same limiters in different orders. An oracle looks at all charges afterwards, and
 * nobody may have waited for ever.
 */
@Timeout(120)
class JointHammerTest {

    private static final int THREADS = 16;
    private static final int CALLERS = 8;
    private static final String CALLERS_LIMITS = "20/1ms, 200/50ms";
    private static final String TENANTS_LIMITS = "100/2ms";
    private static final String OPERATION_LIMITS = "60/1ms";

    private final ManualTime time = new ManualTime();
    private final RateLimiterPolicy callers = limiter("callers", CALLERS_LIMITS, "0");
    private final RateLimiterPolicy tenants = limiter("tenants", TENANTS_LIMITS, "1ms");
    private final RateLimiterPolicy operation = limiter("operation", OPERATION_LIMITS, "300us");
    private final Map<String, List<long[]>> charged = new ConcurrentHashMap<>();

    @Test
    void noWindowOfAnyLimiterIsEverOverfull() throws Exception {
        hammer(12_000);
    }

    @Tag("long")
    @Test
    void noWindowOfAnyLimiterIsEverOverfullForLong() throws Exception {
        hammer(1_000_000);
    }

    /** The one that is refused is refused by the second limiter, so the first had room for both of them. */
    @Test
    void aRefusedCallNeverTakesTheRoomOfAnother() throws Exception {
        RateLimiterPolicy first = limiter("first", "1/1m", "0");
        Neighbourhood refused = new Neighbourhood(time, first, limiter("second", "1/1m", "0"));
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> asking = threads.submit(() -> askUntil(over, refused));
            assertThat(refusals(first, 40_000)).isZero();
            over.set(true);
            assertThat(asking.get()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    private static int askUntil(AtomicBoolean over, Neighbourhood limiters) {
        int passed = 0;
        while (!over.get()) {
            passed += limiters.ask(List.of("anna", "operation"), 1, 2).passed() ? 1 : 0;
        }
        return passed;
    }

    private int refusals(RateLimiterPolicy first, int calls) {
        int refusals = 0;
        for (int call = 0; call < calls; call++) {
            FakeCall only = new FakeCall(time).key("anna");
            if (first.admit(only) instanceof Admission.Fail) {
                refusals++;
            } else {
                first.settle(only.ended(Outcome.CANCELLED, null, null, false));
            }
        }
        return refusals;
    }

    private void hammer(int calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                work.add(() -> call(calls / THREADS * 4, random));
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(charged).hasSize(CALLERS + 2 + 1);
        charged.forEach((key, times) -> RateLimiterHammerTest.assertWindowsKept(limits(key), times));
    }

    private Void call(int calls, Random random) {
        for (int call = 0; call < calls; call++) {
            time.advanceNanos(random.nextInt(8) == 0 ? random.nextInt(20_000) : 0);
            String caller = "caller-" + random.nextInt(CALLERS);
            String tenant = "tenant-" + random.nextInt(2);
            switch (random.nextInt(3)) {
                case 0 -> ask(random, List.of(callers, operation), List.of(caller, "operation"));
                case 1 -> ask(random, List.of(operation, tenants, callers), List.of("operation", tenant, caller));
                default -> ask(random, List.of(tenants, callers), List.of(tenant, caller));
            }
        }
        return null;
    }

    private void ask(Random random, List<RateLimiterPolicy> limiters, List<String> keys) {
        long[] costs = random.longs(keys.size(), 1, 4).toArray();
        Neighbourhood.Visit visit =
                new Neighbourhood(time, limiters.toArray(RateLimiterPolicy[]::new)).ask(keys, costs);
        if (!visit.passed()) {
            return;
        }
        if (random.nextInt(4) == 0) {
            visit.cancel();
            return;
        }
        long at = visit.chargedAt();
        for (int key = 0; key < costs.length; key++) {
            List<long[]> times = charged.computeIfAbsent(keys.get(key), fresh -> new ArrayList<>());
            synchronized (times) {
                times.add(new long[] {at, costs[key]});
            }
        }
    }

    private static Limits limits(String key) {
        return Limits.parse(
                key.startsWith("caller")
                        ? CALLERS_LIMITS
                        : key.startsWith("tenant") ? TENANTS_LIMITS : OPERATION_LIMITS);
    }

    private RateLimiterPolicy limiter(String name, String limits, String maxWait) {
        return Neighbourhood.limiter(time, name, Map.of("limits", limits, "max-wait", maxWait));
    }
}
