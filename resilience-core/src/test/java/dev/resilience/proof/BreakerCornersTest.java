package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.ResilienceBuilder;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.circuitbreaker.CircuitBreakerPolicy;
import dev.resilience.circuitbreaker.CircuitBreakerState;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Noticed;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a breaker does when nobody calls, when nobody winds the clock, and when those it asks or tells are broken. */
class BreakerCornersTest {

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration INSTANT = Duration.ofNanos(1);

    private final ManualTime time = new ManualTime();
    private final List<ResilienceEvent> events = new ArrayList<>();
    private PolicyInstance<?, ?> instance;

    @Test
    void turnsHalfOpenWithoutTraffic() {
        Pipeline pipeline = pipeline(Map.of("automatic-half-open", "true"));
        fail(pipeline);
        time.advance(WAIT.minus(INSTANT));
        assertThat(state()).isEqualTo(CircuitBreakerState.OPEN);

        time.advance(INSTANT);

        assertThat(state()).isEqualTo(CircuitBreakerState.HALF_OPEN);
        assertThat(events)
                .filteredOn(StateChanged.class::isInstance)
                .extracting(event -> ((StateChanged) event).to())
                .containsExactly("OPEN", "HALF_OPEN");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void staysOpenWithoutTrafficUnlessAsked() {
        Pipeline pipeline = pipeline(Map.of());
        fail(pipeline);
        time.advance(WAIT.multipliedBy(10));

        assertThat(state()).isEqualTo(CircuitBreakerState.OPEN);
        assertThat(time.scheduled()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSED", "FORCED_OPEN", "DISABLED"})
    void aTimerOverridesNoOrder(CircuitBreakerState ordered) {
        Pipeline pipeline = pipeline(Map.of("automatic-half-open", "true"));
        fail(pipeline);
        switch (ordered) {
            case FORCED_OPEN -> breaker().forceOpen();
            case DISABLED -> breaker().disable();
            default -> breaker().close();
        }
        assertThat(time.scheduled()).as("timers left").isZero();

        time.advance(WAIT.multipliedBy(10));

        assertThat(state()).isEqualTo(ordered);
    }

    @Test
    void anOldTimerEndsNoNewWait() {
        Pipeline pipeline = pipeline(Map.of("automatic-half-open", "true"));
        fail(pipeline);
        time.advance(WAIT.dividedBy(2));
        breaker().close();
        fail(pipeline);

        time.advance(WAIT.minus(INSTANT));
        assertThat(state()).isEqualTo(CircuitBreakerState.OPEN);
        time.advance(INSTANT);
        assertThat(state()).isEqualTo(CircuitBreakerState.HALF_OPEN);
    }

    /** The tick stands still from the moment it opens, and it is polled all the while. */
    @Test
    void aStarvedPulseKeepsNobodyOutForLonger() throws Exception {
        Pipeline pipeline = pipeline(Map.of());
        time.holdTick();
        fail(pipeline);
        for (int poll = 0; poll < 10; poll++) {
            assertThatThrownBy(() -> pipeline.call(() -> "in")).isInstanceOf(CircuitBreakerOpenException.class);
            time.advance(WAIT.dividedBy(10).minus(INSTANT));
        }
        assertThatThrownBy(() -> pipeline.call(() -> "in"))
                .isInstanceOfSatisfying(CircuitBreakerOpenException.class, refusal -> assertThat(refusal.retryAfter())
                        .contains(INSTANT.multipliedBy(10)));
        time.advance(INSTANT.multipliedBy(9));
        assertThatThrownBy(() -> pipeline.call(() -> "in")).isInstanceOf(CircuitBreakerOpenException.class);
        time.advance(INSTANT);

        assertThat(pipeline.call(() -> "in")).isEqualTo("in");
    }

    /** What a refusal says is what is left when it is asked, and a call at that instant is let in. */
    @Test
    void aRefusalThatIsReadLateTellsWhatIsLeft() {
        Pipeline pipeline = pipeline(Map.of());
        fail(pipeline);
        CircuitBreakerOpenException refusal = refusal(pipeline);
        time.advance(WAIT.dividedBy(4));
        assertThat(refusal.retryAfter()).contains(WAIT.dividedBy(4).multipliedBy(3));
        assertThat(refusal).hasMessageContaining("retry after 7s500ms");
        time.advance(WAIT);
        assertThat(refusal.retryAfter().orElse(Duration.ZERO)).isEqualTo(Duration.ZERO);
    }

    @Test
    void aBrokenClassifierBreaksNoCall() throws Exception {
        Pipeline pipeline = pipeline(builder(Map.of()).classifier(failure -> {
            throw new IllegalStateException("broken classifier");
        }));
        IllegalArgumentException own = new IllegalArgumentException("the method's own");

        assertThatThrownBy(() -> pipeline.call(() -> {
                    throw own;
                }))
                .isSameAs(own);

        assertThat(state()).as("it counts by what is left of the rules").isEqualTo(CircuitBreakerState.OPEN);
        assertThat(instance.snapshot().numbers().get("broken-rules").longValue())
                .isPositive();
        assertThat(events).filteredOn(Noticed.class::isInstance).hasSize(1);
    }

    @Test
    void aBrokenListenerBreaksNoCallAndNoChange() throws Exception {
        for (Throwable broken : List.of(new IllegalStateException("listener"), new AssertionError("listener"))) {
            Pipeline pipeline = pipeline(builder(Map.of()).listener(event -> sneak(broken)));
            IllegalArgumentException own = new IllegalArgumentException("the method's own");

            assertThatThrownBy(() -> pipeline.call(() -> {
                        throw own;
                    }))
                    .isSameAs(own);
            assertThat(state()).isEqualTo(CircuitBreakerState.OPEN);
            assertThat(refusal(pipeline).retryAfter()).isPresent();
            time.advance(WAIT);
            assertThat(pipeline.call(() -> "in")).isEqualTo("in");
            assertThat(state()).isEqualTo(CircuitBreakerState.CLOSED);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable broken) throws T {
        throw (T) broken;
    }

    private Pipeline pipeline(Map<String, String> more) {
        return pipeline(builder(more));
    }

    private Pipeline pipeline(ResilienceBuilder builder) {
        Resilience resilience = builder.listener(events::add).build();
        instance = resilience.policies().find("circuit-breakers", "b").orElseThrow();
        return resilience.pipeline("p");
    }

    private ResilienceBuilder builder(Map<String, String> more) {
        Map<String, String> knobs = new HashMap<>(Map.of(
                "consecutive-failures", "1",
                "open-wait", WAIT.toSeconds() + "s",
                "open-wait-jitter", "0",
                "probes", "1"));
        knobs.putAll(more);
        return Resilience.builder()
                .time(time.time())
                .policy("circuit-breakers", "b", knobs)
                .pipeline("p", Map.of("circuit-breakers", "b"));
    }

    private static void fail(Pipeline pipeline) {
        assertThatThrownBy(() -> pipeline.call(() -> {
                    throw new IllegalStateException("down");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    private static CircuitBreakerOpenException refusal(Pipeline pipeline) {
        try {
            throw new AssertionError(pipeline.call(() -> "in"));
        } catch (CircuitBreakerOpenException refused) {
            return refused;
        } catch (Exception other) {
            throw new AssertionError(other);
        }
    }

    private CircuitBreakerPolicy breaker() {
        return (CircuitBreakerPolicy) instance.state();
    }

    private CircuitBreakerState state() {
        return CircuitBreakerState.valueOf(instance.snapshot().state());
    }
}
