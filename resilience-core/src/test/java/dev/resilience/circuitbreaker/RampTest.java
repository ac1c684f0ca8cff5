package dev.resilience.circuitbreaker;

import static dev.resilience.circuitbreaker.CircuitBreakerState.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.resilience.FakeCall;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was down gets its callers back one by one. */
class RampTest {

    private static final Duration AT_ONCE = Duration.ZERO;

    @Test
    void letsEveryTenthCallInAtFirstAndAllOfThemInTheEnd() {
        Breaker breaker = Breaker.closedAgain("ramp", "30s");

        assertThat(breaker.state()).isEqualTo(CLOSED);
        assertThat(breaker.passing(100, AT_ONCE)).isEqualTo(10);
        breaker.time.advance(Duration.ofSeconds(15));
        assertThat(breaker.passing(100, AT_ONCE)).isEqualTo(55);
        breaker.time.advance(Duration.ofSeconds(15));
        assertThat(breaker.passing(100, AT_ONCE)).isEqualTo(100);
    }

    @Test
    void theFirstCallPasses() {
        assertThat(Breaker.closedAgain("ramp", "30s").passes()).isTrue();
    }

    @Test
    void spreadsTheCallsEvenlyAndThrowsNoDice() {
        Breaker breaker = Breaker.closedAgain("ramp", "100h");

        for (int ten = 0; ten < 20; ten++) {
            assertThat(breaker.passing(10, AT_ONCE)).isEqualTo(1);
        }
    }

    /** However calls come, no more pass than the shares of those that came add up to, and one. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverLetsInMoreThanTheShareOfThoseThatCame(long seed) {
        Random random = new Random(seed);
        Ramp ramp = new Ramp(0, 1_000_000_000);
        double shares = 0;
        int passed = 0;
        for (long now = 0; now < 1_200_000_000; now += random.nextInt(3) == 0 ? random.nextLong(3_000_000) : 0) {
            shares += Math.min(1, 0.1 + 0.9 * now / 1e9);
            passed += ramp.letsIn(now) ? 1 : 0;
            assertThat(passed).isBetween((int) Math.floor(shares - 1e-3), (int) Math.ceil(shares + 1));
        }
    }

    @Test
    void losesNoArrivalAmongThreads() throws InterruptedException {
        Ramp ramp = new Ramp(0, Long.MAX_VALUE / 2);
        AtomicInteger passed = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                for (int call = 0; call < 1_000_000; call++) {
                    passed.addAndGet(ramp.letsIn(0) ? 1 : 0);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(passed.get()).isCloseTo(400_000, within(1));
    }

    @Test
    void saysWhyItRefusesThoughItIsClosed() {
        Breaker breaker = Breaker.closedAgain("ramp", "30s");
        breaker.succeed();

        CircuitBreakerOpenException refusal = breaker.refusal();

        assertThat(refusal.state()).isEqualTo(CLOSED);
        assertThat(refusal.retryAfter()).isEmpty();
        assertThat(refusal)
                .hasMessage("circuit-breakers 'upstream' refused the call: it has closed only just now, and lets a"
                        + " growing share of the calls in");
    }

    @Test
    void showsTheShareAndUntilWhen() {
        Breaker breaker = Breaker.closedAgain("ramp", "30s");
        assertThat(breaker.number("ramp-percent").doubleValue()).isCloseTo(10, within(0.001));
        assertThat(breaker.detail("ramp-until")).isEqualTo(Instant.parse("2026-01-01T00:01:00Z"));

        breaker.time.advance(Duration.ofSeconds(10));
        assertThat(breaker.number("ramp-percent").doubleValue()).isCloseTo(40, within(0.001));

        breaker.time.advance(Duration.ofSeconds(20));
        assertThat(breaker.number("ramp-percent")).isEqualTo(100.0);
        assertThat(breaker.detail("ramp-until")).isNull();
    }

    @Test
    void itsCallsAreCountedAsOfAClosedBreaker() {
        Breaker breaker = Breaker.closedAgain("ramp", "30s");

        breaker.passing(100, AT_ONCE);
        assertThat(breaker.number("calls-in-window")).isEqualTo(10L);
        breaker.time.advance(Duration.ofSeconds(30));
        breaker.passing(10, AT_ONCE);

        assertThat(breaker.number("calls-in-window")).isEqualTo(20L);
        assertThat(breaker.turns()).containsExactly("OPEN", "HALF_OPEN", "CLOSED");
    }

    @Test
    void openingAgainMeanwhileGoesOnWithTheOpenings() {
        Breaker breaker = Breaker.closedAgain("ramp", "30s");

        breaker.fail();

        assertThat(breaker.refusal().retryAfter()).contains(Duration.ofSeconds(60));
    }

    @Test
    void openingAgainAfterwardsBeginsAnewEvenIfTheCallCameBefore() {
        Breaker breaker = Breaker.closedAgain("ramp", "30s");
        FakeCall late = breaker.enter();

        breaker.time.advance(Duration.ofSeconds(30));
        breaker.policy.settle(late.threw(new IOException()));

        assertThat(breaker.refusal().retryAfter()).contains(Duration.ofSeconds(30));
    }

    @Test
    void closingByHandLetsEverybodyInAtOnce() {
        Breaker open = Breaker.opened("ramp", "30s");
        open.policy.close();
        assertThat(open.passing(100, AT_ONCE)).isEqualTo(100);

        Breaker ramping = Breaker.closedAgain("ramp", "30s");
        ramping.policy.close();
        assertThat(ramping.passing(100, AT_ONCE)).isEqualTo(100);
        assertThat(ramping.turns()).containsExactly("OPEN", "HALF_OPEN", "CLOSED");
    }

    @Test
    void keepsTheNumbersItBeganWithButNotTheWindow() {
        Breaker breaker = Breaker.closedAgain("ramp", "30s");
        breaker.passing(100, AT_ONCE);

        breaker.reconfigure("window", "5", "minimum-calls", "5", "ramp", "1s");
        breaker.time.advance(Duration.ofSeconds(15));

        assertThat(breaker.number("calls-in-window")).isEqualTo(5L);
        assertThat(breaker.number("ramp-percent").doubleValue()).isCloseTo(55, within(0.001));
    }
}
