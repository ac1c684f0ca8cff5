package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.PolicyContext;
import dev.resilience.failure.BrokenRules;
import dev.resilience.time.ManualTime;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CacheNumbersTest {

    private final ManualTime time = new ManualTime();
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void countOnceACallThatFindsOnItsSecondLookWhatAnotherOneStored() {
        ResultCache cache = new ResultCache(
                CacheHarness.configuration(Map.of()),
                storedMeanwhile(),
                new PolicyContext(time.time(), event -> {}, List.of()),
                new BrokenRules("caches", "quotes", event -> {}));

        Admission answer = new CachePolicy(cache).admit(new FakeCall(time).arguments("ACME"));

        assertThat(answer).isEqualTo(Admission.returning(42));
        assertThat(cache.snapshot().numbers()).containsEntry("misses", 1L).containsEntry("hits", 0L);
        assertThat(cache.running()).isZero();
    }

    /** A store in which nothing is found at first, and then what another call stored. */
    private Store storedMeanwhile() {
        Kept kept = new Kept(Admission.returning(42), "Test.operation", time.nanos(), new Lifetime(1, 1, 1), 1, null);
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("find")) {
                        return looks.getAndIncrement() == 0 ? null : kept;
                    }
                    return method.getReturnType() == long.class ? 0L : null;
                });
    }
}
