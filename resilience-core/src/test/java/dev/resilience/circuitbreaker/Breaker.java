package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.FakeCall;
import dev.resilience.PolicyContext;
import dev.resilience.Snapshot;
import dev.resilience.configuration.Configurations;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A breaker under time turned by hand, for stories of calls and answers. Its open wait isn't left to chance. */
final class Breaker {

    static final CircuitBreakerKind KIND = new CircuitBreakerKind();

    final ManualTime time = new ManualTime();
    final List<ResilienceEvent> events = new ArrayList<>();
    final CircuitBreakerPolicy policy;

    private Breaker(String... knobs) {
        PolicyContext context = new PolicyContext(time.time(), events::add, List.of());
        policy = KIND.create("upstream", configuration(knobs), context);
    }

    /** A closed one, which opens at the first failure. */
    static Breaker closed(String... knobs) {
        return new Breaker(knobs);
    }

    /** One that has just opened, for 30 s. */
    static Breaker opened(String... knobs) {
        Breaker breaker = closed(knobs);
        breaker.fail();
        return breaker;
    }

    /** One that has opened for 30 s, and has closed at their end. */
    static Breaker closedAgain(String... knobs) {
        Breaker breaker = opened(knobs);
        breaker.time.advance(Duration.ofSeconds(30));
        breaker.succeed();
        return breaker;
    }

    void reconfigure(String... knobs) {
        KIND.reconfigure(policy, configuration(knobs));
    }

    private static CircuitBreakerConfiguration configuration(String... knobs) {
        Map<String, String> texts =
                new HashMap<>(Map.of("consecutive-failures", "1", "probes", "1", "open-wait-jitter", "0"));
        for (int i = 0; i < knobs.length; i += 2) {
            texts.put(knobs[i], knobs[i + 1]);
        }
        return Configurations.of(CircuitBreakerConfiguration.class, texts);
    }

    /** A call that goes in. */
    FakeCall enter() {
        FakeCall call = new FakeCall(time);
        assertThat(policy.admit(call)).isEqualTo(Admission.proceed());
        return call;
    }

    /** A call that goes in if it may, and comes back well. */
    boolean passes() {
        FakeCall call = new FakeCall(time);
        boolean in = policy.admit(call) == Admission.proceed();
        if (in) {
            policy.settle(call.gave("well"));
        }
        return in;
    }

    /** How many of so many calls pass, each coming this long after the one before. */
    int passing(int calls, Duration apart) {
        int passed = 0;
        for (int call = 0; call < calls; call++) {
            passed += passes() ? 1 : 0;
            time.advance(apart);
        }
        return passed;
    }

    void succeed() {
        policy.settle(enter().gave("well"));
    }

    void fail() {
        policy.settle(enter().threw(new IOException()));
    }

    CircuitBreakerOpenException refusal() {
        Admission answer = policy.admit(new FakeCall(time));
        assertThat(answer).isInstanceOf(Admission.Fail.class);
        CallRejectedException refusal = (CallRejectedException) ((Admission.Fail) answer).cause();
        return (CircuitBreakerOpenException) refusal;
    }

    CircuitBreakerState state() {
        return policy.state();
    }

    Snapshot snapshot() {
        return KIND.snapshot(policy);
    }

    Number number(String name) {
        return snapshot().numbers().get(name);
    }

    Object detail(String name) {
        return snapshot().details().get(name);
    }

    List<String> turns() {
        return events.stream()
                .filter(ResilienceEvent.StateChanged.class::isInstance)
                .map(event -> ((ResilienceEvent.StateChanged) event).to())
                .toList();
    }
}
