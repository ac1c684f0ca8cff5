package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyRegistry;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** What other libraries get wrong, through annotations. */
class ReproducedDefectsTest {

    private final ManualTime time = new ManualTime();

    @Test
    void threeErrorsAsProbesDontBlockTheBreakerForEver() {
        Starters.with(Broken.class).withBean(Time.class, time::time).run(context -> {
            Broken broken = context.getBean(Broken.class);
            assertThatThrownBy(broken::call).isInstanceOf(StackOverflowError.class);
            time.advance(Duration.ofSeconds(31));
            assertThatThrownBy(broken::call).isInstanceOf(StackOverflowError.class);
            assertThatThrownBy(broken::call).isInstanceOf(CircuitBreakerOpenException.class);

            broken.mend();
            time.advance(Duration.ofMinutes(6));

            assertThat(broken.call()).isEqualTo("up");
            assertThat(broken.call()).isEqualTo("up");
            assertThat(broken.call()).isEqualTo("up");
            assertThat(context.getBean(PolicyRegistry.class)
                            .find("circuit-breakers", "Broken.call")
                            .orElseThrow()
                            .snapshot()
                            .state())
                    .isEqualTo("CLOSED");
        });
    }

    static class Broken {
        private boolean mended;

        public void mend() {
            mended = true;
        }

        @CircuitBreaker(consecutiveFailures = "1", probes = "3")
        public String call() {
            if (!mended) {
                throw new StackOverflowError();
            }
            return "up";
        }
    }

    @Test
    void interruptedWaitersGiveTheirPermitsBack() {
        Starters.with(Throttled.class).withBean(Time.class, time::time).run(context -> {
            Throttled throttled = context.getBean(Throttled.class);
            throttled.call();
            for (int waiter = 0; waiter < 8; waiter++) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(throttled::call).isInstanceOf(CancellationException.class);
                assertThat(Thread.interrupted()).isTrue();
            }
            Duration before = time.paused();

            throttled.call();

            assertThat(time.paused().minus(before)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        });
    }

    static class Throttled {
        @RateLimited(limits = "1/1s", maxWait = "10s")
        public void call() {}
    }

    /** A limiter that looks at the clock only when the wait is over keeps a thread for nothing. */
    @Test
    void aWaitThatCannotSucceedIsRefusedAtOnceAndNotWaitedOut() {
        Starters.with(Doomed.class).withBean(Time.class, time::time).run(context -> {
            Doomed doomed = context.getBean(Doomed.class);
            doomed.patient();
            doomed.hurried();

            assertThatThrownBy(doomed::patient)
                    .isInstanceOfSatisfying(RateLimitedException.class, refusal -> assertThat(refusal.retryAfter())
                            .hasValue(Duration.ofSeconds(50)));
            assertThatThrownBy(doomed::hurried).isInstanceOf(RateLimitedException.class);

            assertThat(time.paused()).isZero();
        });
    }

    static class Doomed {
        /** The next permit comes in a minute, so that a call that comes in 50 s waits the 10 s it may. */
        @RateLimited(limits = "1/1m", maxWait = "10s")
        public void patient() {}

        /** The next permit comes after the deadline. */
        @Timeout(total = "2s")
        @RateLimited(limits = "1/1m", maxWait = "1m")
        public void hurried() {}
    }

    /** A limiter that counts by cycles lets twice the limit through where two of them meet. */
    @Test
    void noWindowHoldsMoreThanTheLimitWhereTwoCyclesMeet() {
        Starters.with(Burst.class).withBean(Time.class, time::time).run(context -> {
            Burst burst = context.getBean(Burst.class);
            assertThat(passing(burst, Duration.ofMillis(980))).isEqualTo(100);
            assertThat(passing(burst, Duration.ofMillis(40))).isZero();
            assertThat(passing(burst, Duration.ofMillis(930))).isZero();
            assertThat(passing(burst, Duration.ofMillis(70))).isEqualTo(100);
        });
    }

    /** How many of two hundred calls pass after this time. */
    private int passing(Burst burst, Duration pause) {
        time.advance(pause);
        int before = burst.passed();
        for (int call = 0; call < 200; call++) {
            try {
                burst.call();
            } catch (RateLimitedException refused) {
                // Not counted.
            }
        }
        return burst.passed() - before;
    }

    static class Burst {
        private int passed;

        @RateLimited("100/1s")
        public void call() {
            passed++;
        }

        public int passed() {
            return passed;
        }
    }
}
