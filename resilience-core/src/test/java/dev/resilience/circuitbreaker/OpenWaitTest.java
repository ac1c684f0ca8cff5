package dev.resilience.circuitbreaker;

import static dev.resilience.circuitbreaker.CircuitBreakerState.CLOSED;
import static dev.resilience.circuitbreaker.CircuitBreakerState.DISABLED;
import static dev.resilience.circuitbreaker.CircuitBreakerState.FORCED_OPEN;
import static dev.resilience.circuitbreaker.CircuitBreakerState.HALF_OPEN;
import static dev.resilience.circuitbreaker.CircuitBreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.Scheduler;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Time;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an open wait is over, who notices, and what is told of it meanwhile. */
class OpenWaitTest {

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final String[] AUTOMATIC = {"automatic-half-open", "true"};

    @Test
    void aCallAtTheStatedInstantPassesAndOneANanosecondEarlierDoesNot() {
        Breaker breaker = Breaker.opened();
        breaker.time.advance(Duration.ofMillis(1234));
        Duration told = breaker.refusal().retryAfter().orElseThrow();

        breaker.time.advance(told.minusNanos(1));
        assertThat(breaker.passes()).isFalse();
        breaker.time.advanceNanos(1);

        assertThat(breaker.passes()).isTrue();
    }

    @Test
    void aRefusalTellsWhatIsLeftWhenItIsAsked() throws Exception {
        Breaker breaker = Breaker.opened();
        CircuitBreakerOpenException refusal = breaker.refusal();

        breaker.time.advance(Duration.ofSeconds(12));
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(18));
        assertThat(refusal).hasMessageEndingWith("it is open; retry after 18s");
        CircuitBreakerOpenException read = copied(refusal);
        breaker.time.advance(Duration.ofSeconds(60));

        assertThat(refusal.retryAfter()).contains(Duration.ZERO);
        assertThat(read.retryAfter()).contains(Duration.ofSeconds(18));
        assertThat(read.state()).isEqualTo(OPEN);
    }

    private static CircuitBreakerOpenException copied(Object refusal) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(refusal);
        return (CircuitBreakerOpenException)
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    }

    /** One that is asked now and then looks at the clock each time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 100, 1_000, 10_000})
    void aPolledBreakerIsOpenNoLongerThanItsWaitThoughThePulseStandsStill(long millisApart) {
        Breaker breaker = Breaker.opened();
        breaker.time.holdTick();

        long waited = 0;
        while (!breaker.passes()) {
            breaker.time.advance(Duration.ofMillis(millisApart));
            waited += millisApart;
        }

        assertThat(waited).isEqualTo((30_000 + millisApart - 1) / millisApart * millisApart);
    }

    /** A rush trusts a look at the clock for a few calls, but not near the end, and not for long. */
    @Test
    void aRushNoticesTheEndThoughThePulseStandsStill() {
        Breaker breaker = Breaker.opened();
        breaker.time.holdTick();
        breaker.time.advance(Duration.ofSeconds(26));
        rush(breaker, 10_000);
        breaker.time.advance(Duration.ofSeconds(4));

        assertThat(refusedBeforeTheFirstPass(breaker)).isLessThan(Lookout.STRIDE);
    }

    @Test
    void aRushNearTheEndLooksAtTheClockEachTime() {
        Breaker breaker = Breaker.opened();
        breaker.time.holdTick();
        breaker.time.advance(Duration.ofMillis(26_250));
        rush(breaker, 10_000);
        breaker.time.advance(Duration.ofMillis(3_750).minusNanos(10_000 * 50));

        assertThat(breaker.passes()).isTrue();
    }

    @Test
    void aRushWhosePulseBeatsNoticesTheEndAtOnce() {
        Breaker breaker = Breaker.opened();
        breaker.time.holdTick();
        rush(breaker, 10_000);
        breaker.time.publishTick();
        rush(breaker, 10_000);
        breaker.time.publishTick();
        breaker.time.advance(HALF_A_MINUTE.minusNanos(2 * 10_000 * 50));
        breaker.time.publishTick();

        assertThat(breaker.passes()).isTrue();
    }

    private static void rush(Breaker breaker, int calls) {
        for (int call = 0; call < calls; call++) {
            assertThat(breaker.policy.admit(new FakeCall(breaker.time))).isInstanceOf(Admission.Fail.class);
            breaker.time.advanceNanos(50);
        }
    }

    private static int refusedBeforeTheFirstPass(Breaker breaker) {
        int refused = 0;
        while (!breaker.passes()) {
            refused++;
        }
        return refused;
    }

    @Test
    void inARushMostRefusalsReadNoClock() {
        Breaker breaker = Breaker.opened();
        int[] looks = {0};
        breaker.time.holdTick();
        for (int call = 0; call < 6_400; call++) {
            breaker.policy.admit(new FakeCall(
                    () -> {
                        looks[0]++;
                        return breaker.time.nanos();
                    },
                    breaker.time::tick));
            breaker.time.advanceNanos(50);
        }

        assertThat(looks[0]).isBetween(100, 105);
    }

    @Test
    void turnsHalfOpenAtTheEndThoughNobodyCalls() {
        Breaker breaker = Breaker.opened(AUTOMATIC);

        breaker.time.advance(HALF_A_MINUTE.minusNanos(1));
        assertThat(breaker.state()).isEqualTo(OPEN);
        breaker.time.advanceNanos(1);

        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.turns()).containsExactly("OPEN", "HALF_OPEN");
        assertThat(breaker.passes()).isTrue();
    }

    @Test
    void schedulesNothingUnlessAsked() {
        assertThat(Breaker.opened().time.scheduled()).isZero();
        assertThat(Breaker.opened(AUTOMATIC).time.scheduled()).isOne();
    }

    @Test
    void eachOpeningHasItsOwnAlarm() {
        Breaker breaker = Breaker.opened(AUTOMATIC);
        breaker.time.advance(HALF_A_MINUTE);
        breaker.fail();
        assertThat(breaker.time.scheduled()).isOne();

        breaker.time.advance(Duration.ofSeconds(59));
        assertThat(breaker.state()).isEqualTo(OPEN);
        breaker.time.advance(Duration.ofSeconds(1));

        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.time.scheduled()).isZero();
    }

    @Test
    void anOrderOrAClosingTurnsTheAlarmOff() {
        Breaker forced = Breaker.opened(AUTOMATIC);
        forced.policy.forceOpen();
        Breaker disabled = Breaker.opened(AUTOMATIC);
        disabled.policy.disable();
        Breaker closed = Breaker.opened(AUTOMATIC);
        closed.policy.close();

        for (Breaker breaker : List.of(forced, disabled, closed)) {
            assertThat(breaker.time.scheduled()).isZero();
            breaker.time.advance(Duration.ofDays(1));
        }
        assertThat(List.of(forced.state(), disabled.state(), closed.state()))
                .containsExactly(FORCED_OPEN, DISABLED, CLOSED);
    }

    /** Rivals: the alarm is on its way to run while an operator orders, closes, or it opens anew. */
    @Test
    void anAlarmThatComesTooLateChangesNothing() {
        Breaker breaker = Breaker.opened();
        Circuit circuit = new Circuit(settings(AUTOMATIC), breaker.time.time(), (from, to, reason) -> {});
        State.Open open = open(circuit);
        circuit.forceOpen(0);
        circuit.wake(open, Long.MAX_VALUE);
        assertThat(circuit.state().state()).isEqualTo(FORCED_OPEN);

        circuit.close(0);
        State.Open newer = open(circuit);
        circuit.wake(open, newer.end() + 1);
        assertThat(circuit.state()).isSameAs(newer);
    }

    private static State.Open open(Circuit circuit) {
        Pass.Counted pass = (Pass.Counted) circuit.passIfClosed();
        circuit.open(pass, "to begin with", 0, Circuit.UNASKED);
        return (State.Open) circuit.state();
    }

    private static Settings settings(String... knobs) {
        return Settings.of(Configurations.of(CircuitBreakerConfiguration.class, Map.of(knobs[0], knobs[1])));
    }

    @Test
    void whetherItTurnsByItselfHoldsForTheOpenWaitThatHasBegun() {
        Breaker breaker = Breaker.opened();
        breaker.reconfigure(AUTOMATIC);
        assertThat(breaker.time.scheduled()).isOne();
        breaker.reconfigure();
        assertThat(breaker.time.scheduled()).isZero();

        breaker.reconfigure(AUTOMATIC);
        breaker.time.advance(HALF_A_MINUTE);

        assertThat(breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(breaker.turns()).containsExactly("OPEN", "HALF_OPEN");
    }

    @Test
    void aSchedulerThatClosesEndsNoOpenWaitAndOneThatIsClosedIsNoTrouble() {
        Breaker turned = Breaker.closed();
        ThreadScheduler scheduler = new ThreadScheduler();
        CircuitBreakerPolicy policy = automatic(turned, scheduler);
        failOnce(policy, turned);
        scheduler.close();
        assertThat(policy.state()).isEqualTo(OPEN);

        policy.close();
        failOnce(policy, turned);

        assertThat(policy.state()).isEqualTo(OPEN);
        assertThat(catchThrowable(() -> scheduler.schedule(() -> {}, 0)))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void opensEvenIfThereIsNoThreadToTurnItHalfOpen() {
        Breaker turned = Breaker.closed();
        CircuitBreakerPolicy policy = automatic(turned, new OutOfThreads());

        failOnce(policy, turned);

        assertThat(policy.state()).isEqualTo(OPEN);
    }

    private static CircuitBreakerPolicy automatic(Breaker turned, Scheduler scheduler) {
        Time usual = turned.time.time();
        Time time = new Time(turned.time, turned.time, scheduler, usual.wall(), usual.random());
        return Breaker.KIND.create(
                "upstream",
                Configurations.of(
                        CircuitBreakerConfiguration.class,
                        Map.of("consecutive-failures", "1", "automatic-half-open", "true")),
                new PolicyContext(time, event -> {}, List.of()));
    }

    /** A machine that runs out of threads when most breakers open. */
    private static final class OutOfThreads implements Scheduler {
        @Override
        public Scheduled schedule(Runnable task, long delayNanos) {
            throw new OutOfMemoryError("unable to create native thread");
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }

        @Override
        public void pause(long nanos) {}

        @Override
        public boolean await(CompletionStage<?> signal, long withinNanos) {
            return false;
        }
    }

    private static void failOnce(CircuitBreakerPolicy policy, Breaker turned) {
        FakeCall call = new FakeCall(turned.time);
        policy.admit(call);
        policy.settle(call.threw(new IOException()));
    }

    @Test
    void tellsSinceWhenWhyAndWhenItWillProbe() {
        Breaker breaker = Breaker.closed();
        assertThat(breaker.snapshot().details()).isEqualTo(Map.of("since", Instant.parse("2026-01-01T00:00:00Z")));
        breaker.time.advance(Duration.ofSeconds(5).plusNanos(1));
        breaker.fail();
        breaker.time.advance(Duration.ofSeconds(1));

        assertThat(breaker.snapshot().details())
                .isEqualTo(Map.of(
                        "since", Instant.parse("2026-01-01T00:00:05Z"),
                        "reason", "a failure",
                        "probe-at", Instant.parse("2026-01-01T00:00:35.001Z")));
    }

    @Test
    void tellsThatTheWaitIsOverThoughNobodyHasCalled() {
        Breaker breaker = Breaker.opened();

        breaker.time.advance(Duration.ofMinutes(10));

        assertThat(breaker.state()).isEqualTo(OPEN);
        assertThat(breaker.number("remaining-open-millis")).isEqualTo(0L);
        assertThat(breaker.detail("probe-at")).isEqualTo(Instant.parse("2026-01-01T00:00:30Z"));
        assertThat(breaker.detail("next-call")).isEqualTo("is a probe, as the open wait is over");
    }

    @Test
    void showsProbesWhoseLeaseIsOverAsFailed() {
        Breaker breaker = Breaker.opened("probes", "3");
        breaker.time.advance(HALF_A_MINUTE);
        breaker.enter();

        breaker.time.advance(Duration.ofSeconds(60));

        assertThat(breaker.number("probes-in-flight")).isEqualTo(0);
        assertThat(breaker.number("probes-failed")).isEqualTo(1);
    }

    @Test
    void anOrderTellsSinceWhen() {
        Breaker breaker = Breaker.opened();
        breaker.time.advance(Duration.ofSeconds(3));
        breaker.policy.forceOpen();
        breaker.time.advance(Duration.ofSeconds(3));
        breaker.policy.forceOpen();

        assertThat(breaker.snapshot().details())
                .isEqualTo(Map.of("since", Instant.parse("2026-01-01T00:00:03Z"), "reason", "by hand"));
    }
}
