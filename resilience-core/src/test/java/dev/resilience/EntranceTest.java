package dev.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.resilience.Placement.Expression;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Calls that begin here and end elsewhere, with real policies. The rules of the interpreter are in the contract test. */
class EntranceTest {

    private static final Expression FIRST_ARGUMENT = (arguments, context) -> arguments[0];

    private final ManualTime time = new ManualTime();
    private final Guards guards = new Guards(time.time());

    @Test
    void aSeatIsHeldUntilTheEndIsTold() {
        Entrance entrance =
                guards.with("bulkheads", "b", "max-concurrent=1").around("x").entrance();
        OngoingCall first = entrance.enter();
        assertThatExceptionOfType(CallRejectedException.class).isThrownBy(entrance::enter);
        first.returned("ok");
        entrance.enter().threw(new IllegalStateException());
        entrance.enter();
    }

    @Test
    void theEndIsToldOnceThoughManyTellIt() throws Exception {
        Entrance entrance =
                guards.with("bulkheads", "b", "max-concurrent=2").around("x").entrance();
        for (int round = 0; round < 200; round++) {
            OngoingCall call = entrance.enter();
            tellFromManyThreads(call);
            assertThat(guards.numbers("bulkheads", "b")).containsEntry("in-use", 0);
        }
    }

    @Test
    void whatIsWithdrawnIsGivenBackOnceWhateverIsCharged() {
        for (String charged : new String[] {"call", "failure", "success"}) {
            String name = "on-" + charged;
            Entrance entrance = guards.with("rate-limiters", name, "limits=1/1m charge-on=" + charged)
                    .around("x")
                    .entrance();
            for (int time = 0; time < 3; time++) {
                OngoingCall call = entrance.enter();
                call.withdrawn();
                call.withdrawn();
                call.threw(new IllegalStateException());
                call.returned("ok");
            }
            assertThat(guards.numbers("rate-limiters", name)).containsEntry("refunded", 3L);
            entrance.enter();
            assertThatExceptionOfType(CallRejectedException.class).isThrownBy(entrance::enter);
        }
    }

    @Test
    void whatHasEndedCanNotBeWithdrawn() {
        Entrance entrance =
                guards.with("rate-limiters", "r", "limits=1/1m").around("x").entrance();
        OngoingCall call = entrance.enter();
        call.returned("ok");
        call.withdrawn();
        assertThatExceptionOfType(CallRejectedException.class).isThrownBy(entrance::enter);
    }

    @Test
    void whatIsWithdrawnIsGivenBackByEachOfSeveralLimitersAndByBulkheads() {
        Entrance entrance = guards.with("rate-limiters", "r", "limits=1/1m")
                .with("rate-limiters", "s", "limits=1/1h charge-on=failure")
                .with("bulkheads", "b", "max-concurrent=1")
                .around("x")
                .entrance();
        entrance.enter().withdrawn();
        entrance.enter().withdrawn();
        assertThat(guards.numbers("rate-limiters", "s")).containsEntry("used", 0L);
        assertThat(guards.numbers("rate-limiters", "r")).containsEntry("used", 0L);
        assertThat(guards.numbers("bulkheads", "b")).containsEntry("in-use", 0);
    }

    @Test
    void keysSeeTheArgumentsAndARefusalSaysWhenToComeBack() {
        Entrance entrance = guards.with("rate-limiters", "r", "limits=1/1m", Map.of("key", FIRST_ARGUMENT))
                .around("x")
                .entrance();
        entrance.enter("anna");
        entrance.enter("bert");
        assertThatExceptionOfType(CallRejectedException.class)
                .isThrownBy(() -> entrance.enter("anna"))
                .satisfies(refusal -> assertThat(refusal.retryAfter()).contains(Duration.ofMinutes(1)));
    }

    @Test
    void waitsOnTheThreadThatEnters() {
        Entrance entrance = guards.with("rate-limiters", "r", "limits=1/1s max-wait=1s")
                .around("x")
                .entrance();
        entrance.enter();
        entrance.enter();
        assertThat(time.paused()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whoIsInterruptedWhileHeWaitsHasItsPermitBackAndKeepsTheFlag() {
        Entrance entrance = guards.with("rate-limiters", "r", "limits=1/1s max-wait=1s")
                .around("x")
                .entrance();
        entrance.enter();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(entrance::enter);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(guards.numbers("rate-limiters", "r")).containsEntry("refunded", 1L);
    }

    @Test
    void whatWouldDoMoreThanLetInOrRefuseCanNotGuardSuchCalls() {
        for (String kind : new String[] {"retries", "fallbacks", "caches", "timeouts"}) {
            String knobs = kind.equals("fallbacks") ? "value=0" : kind.equals("timeouts") ? "timeout=1s" : "";
            Pipeline pipeline = guards.with(kind, "p", knobs).around("x");
            assertThatIllegalArgumentException()
                    .isThrownBy(pipeline::entrance)
                    .withMessageStartingWith(kind + " 'p' can't guard x, whose calls begin here and end elsewhere")
                    .withMessageContaining("rate limiters");
        }
    }

    private static void tellFromManyThreads(OngoingCall call) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(4);
        for (int thread = 0; thread < 4; thread++) {
            boolean fails = thread % 2 == 0;
            new Thread(() -> {
                        if (fails) {
                            call.threw(new IllegalStateException());
                        } else {
                            call.returned("ok");
                        }
                        told.countDown();
                    })
                    .start();
        }
        told.await();
    }
}
