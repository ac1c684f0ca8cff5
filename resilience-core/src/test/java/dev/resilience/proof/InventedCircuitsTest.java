package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.PolicyContext;
import dev.resilience.circuitbreaker.CircuitBreakerConfiguration;
import dev.resilience.circuitbreaker.CircuitBreakerKind;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.configuration.Configurations;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An attacker who invents a key for every call of a breaker by key: what is open stays open for its time, whoever is known
 * is served, memory is bounded, and when the attack is over everything is as before.
 */
class InventedCircuitsTest {

    private static final Logger LOG = LoggerFactory.getLogger(InventedCircuitsTest.class);
    private static final int SHORT = 100_000;
    private static final int LONG = Integer.getInteger("resilience.proof.circuits", 1_000_000);
    private static final long MOST_GROWTH = 64L << 20;

    private final ManualTime time = new ManualTime();
    private final List<ResilienceEvent> notices = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsOpenStaysOpenWhileKeysAreInvented(boolean theyFail) {
        attack(1_000, SHORT, theyFail);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsOpenStaysOpenWhileKeysAreInventedForLong(boolean theyFail) {
        attack(10_000, LONG, theyFail);
    }

    private void attack(int room, int invented, boolean theyFail) {
        CircuitBreakerPolicy breaker = breaker("open-wait", "3h", "max-open-wait", "3h", "max-keys", "" + room);
        List<String> dead = names("dead");
        List<String> alive = names("alive");
        dead.forEach(key -> call(breaker, key, true));
        alive.forEach(key -> assertThat(call(breaker, key, false)).isTrue());
        long before = usedHeap();

        int freed = 0;
        int lost = 0;
        for (int call = 0; call < invented; call++) {
            call(breaker, "invented-" + call, theyFail);
            freed += call(breaker, dead.get(call % dead.size()), false) ? 1 : 0;
            lost += call(breaker, alive.get(call % alive.size()), false) ? 0 : 1;
            time.advanceNanos(7_200_000_000_000L / invented);
        }

        long growth = usedHeap() - before;
        LOG.info("{} invented, failing {}: {} freed, heap grew by {} MiB", invented, theyFail, freed, growth >> 20);
        assertThat(freed).isZero();
        assertThat(lost).isZero();
        assertThat(growth).isLessThan(MOST_GROWTH);
        assertThat(number(breaker, "keys")).isLessThanOrEqualTo(room);
        assertThat(number(breaker, "shared-keys")).isLessThanOrEqualTo(256);
        recovers(breaker);
    }

    /** Some hours later everybody has a circuit of its own again. */
    private void recovers(CircuitBreakerPolicy breaker) {
        for (int hour = 0; hour < 6; hour++) {
            time.advance(Duration.ofHours(1));
            for (int call = 0; call < 2_000; call++) {
                time.advanceNanos(11_000_000);
                call(breaker, "somebody", false);
            }
        }
        assertThat(number(breaker, "keys")).isEqualTo(1);
        assertThat(number(breaker, "open-keys")).isZero();
        assertThat(number(breaker, "shared-keys")).isZero();
        assertThat(notices).hasSize(2);
    }

    /** Against a twin that never forgets, with circuits that open at the first failure for a time of their own. */
    @Test
    void noKeyIsFreedByLeaving() {
        CircuitBreakerPolicy breaker = breaker("open-wait", "1m", "max-keys", "50", "forget-after", "2m");
        SplittableRandom random = new SplittableRandom(4);
        Map<Integer, Long> openUntil = new HashMap<>();
        int early = 0;
        for (int call = 0; call < 300_000; call++) {
            int key = random.nextInt(1 + random.nextInt(500));
            boolean fails = random.nextInt(10) == 0;
            if (call(breaker, key, fails)) {
                early += time.nanos() - openUntil.getOrDefault(key, time.nanos()) < 0 ? 1 : 0;
                if (fails) {
                    openUntil.put(key, time.nanos() + Duration.ofMinutes(1).toNanos());
                }
            }
            time.advanceNanos(random.nextInt(400_000_000));
        }
        assertThat(early).isZero();
        assertThat(number(breaker, "keys")).isLessThanOrEqualTo(50);
    }

    private CircuitBreakerPolicy breaker(String... knobs) {
        Map<String, String> texts = new HashMap<>(Map.of(
                "consecutive-failures", "1", "open-wait-jitter", "0", "open-wait-multiplier", "1", "probes", "1"));
        for (int i = 0; i < knobs.length; i += 2) {
            texts.put(knobs[i], knobs[i + 1]);
        }
        return new CircuitBreakerKind()
                .create(
                        "hosts",
                        Configurations.of(CircuitBreakerConfiguration.class, texts),
                        new PolicyContext(time.time(), this::heard, List.of()));
    }

    private void heard(ResilienceEvent event) {
        if (event instanceof ResilienceEvent.Noticed) {
            notices.add(event);
        }
    }

    private boolean call(CircuitBreakerPolicy breaker, Object key, boolean fails) {
        FakeCall call = new FakeCall(time).key(key);
        if (breaker.admit(call) != Admission.proceed()) {
            return false;
        }
        breaker.settle(fails ? call.threw(new IOException()) : call.gave("well"));
        return true;
    }

    private static long number(CircuitBreakerPolicy breaker, String name) {
        return new CircuitBreakerKind().snapshot(breaker).numbers().get(name).longValue();
    }

    private static List<String> names(String what) {
        List<String> names = new ArrayList<>();
        for (int number = 0; number < 20; number++) {
            names.add(what + "-" + number);
        }
        return names;
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
