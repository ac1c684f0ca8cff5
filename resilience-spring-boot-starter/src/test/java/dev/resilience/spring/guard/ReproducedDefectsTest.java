package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyRegistry;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
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
}
