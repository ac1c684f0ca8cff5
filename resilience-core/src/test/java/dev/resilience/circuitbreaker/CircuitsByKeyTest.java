package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.FakeCall;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.Snapshot;
import dev.resilience.event.ResilienceEvent.Noticed;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.time.ManualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A breaker that opens for each key by itself: at the first failure, for 30 s, then with one probe. */
class CircuitsByKeyTest {

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);

    private Breaker breaker = Breaker.closed();
    private ManualTime time = breaker.time;

    @Test
    void aKeyOpensForItselfAlone() {
        fail("dead");
        assertThat(passes("dead")).isFalse();
        assertThat(passes("alive")).isTrue();
        assertThat(passes(null)).isTrue();
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.OPEN);
        assertThat(numbers())
                .containsEntry("keys", 2)
                .containsEntry("open-keys", 1)
                .containsEntry("half-open-keys", 0)
                .containsEntry("opens", 1L);
        time.advance(HALF_A_MINUTE);
        FakeCall probe = enter("dead");
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.HALF_OPEN);
        assertThat(numbers()).containsEntry("open-keys", 0).containsEntry("half-open-keys", 1);
        assertThat(passes("dead")).isFalse();
        breaker.policy.settle(probe.gave("well"));
        assertThat(passes("dead")).isTrue();
        assertThat(breaker.state()).isEqualTo(CircuitBreakerState.CLOSED);
    }

    @Test
    void aRefusalTellsTheKeyAndHowLongItIsOpen() throws Exception {
        fail("a");
        time.advance(Duration.ofSeconds(10));
        fail("b");
        assertThat(refusal("a").retryAfter()).hasValue(Duration.ofSeconds(20));
        assertThat(refusal("b").retryAfter()).hasValue(HALF_A_MINUTE);
        assertThat(refusal("a").key()).isEqualTo("a");
        assertThat(refusal("a")).hasMessageContaining("it is open for this key");
        assertThat(copied(refusal("a")).key()).isEqualTo("a");
        assertThat(refusal("b").getMessage())
                .isEqualTo(refusal("b").getMessage())
                .doesNotContain("'b'");
    }

    @Test
    void aChangeTellsTheKeyAsItMayBeShown() {
        String endless = "x".repeat(1_000_000);
        fail("host-1");
        fail(endless);
        assertThat(changes()).hasSize(2);
        assertThat(changes().get(0).key()).isEqualTo("host-1");
        assertThat(changes().get(1).key()).hasSizeLessThan(128).startsWith("xxx");
        breaker = Breaker.opened();
        assertThat(changes()).singleElement().satisfies(change -> assertThat(change.key())
                .isNull());
    }

    @Test
    void callsWhoseKeyIsMissingShareTheCircuitOfThoseWithoutOne() {
        fail(Call.NULL_KEY);
        assertThat(passes(Call.NULL_KEY)).isFalse();
        assertThat(passes(null)).isFalse();
        assertThat(passes("a")).isTrue();
        assertThat(numbers()).containsEntry("missing-keys", 2L).containsEntry("keys", 1);
        assertThat(refusal(Call.NULL_KEY).key()).isNull();
    }

    @Test
    void anOrderForAllHoldsForKeysThatComeLater() {
        fail("dead");
        breaker.policy.forceOpen();
        assertThat(passes("alive")).isFalse();
        assertThat(refusal("new").state()).isEqualTo(CircuitBreakerState.FORCED_OPEN);
        breaker.policy.disable();
        assertThat(passes("dead")).isTrue();
        fail("alive");
        breaker.policy.close();
        assertThat(passes("dead")).isTrue();
        assertThat(passes("alive")).isTrue();
        assertThat(numbers()).containsEntry("open-keys", 0);
    }

    @Test
    void anOrderForOneKeyHoldsForIt() {
        assertThat(breaker.policy.forceOpen("a")).isTrue();
        assertThat(refusal("a").state()).isEqualTo(CircuitBreakerState.FORCED_OPEN);
        assertThat(passes("b")).isTrue();
        assertThat(numbers()).containsEntry("open-keys", 1);
        breaker.policy.disable("a");
        fail("a");
        fail("a");
        breaker.policy.close("a");
        fail("a");
        assertThat(passes("a")).isFalse();
        breaker.policy.close("a");
        assertThat(passes("a")).isTrue();
    }

    @Test
    void nobodyOrdersWhatOthersShare() {
        breaker = Breaker.closed("max-keys", "1");
        enter("own");
        assertThat(breaker.policy.forceOpen("late")).isFalse();
        assertThat(passes("late")).isTrue();
    }

    @Test
    void aCircuitAtRestIsForgottenAndNoOther() {
        restart("max-keys", "10000");
        succeed("quiet");
        fail("open");
        breaker.policy.forceOpen("forced");
        time.advance(HALF_A_MINUTE);
        fail("open");
        restAnHour();
        restAnHour();
        assertThat(standing("quiet")).isEqualTo(KeyStanding.NONE);
        assertThat(standing("open")).isEqualTo(KeyStanding.NONE);
        assertThat(standing("forced")).isEqualTo(KeyStanding.OWN);
        assertThat(numbers()).containsEntry("keys", 2).containsEntry("open-keys", 1);
        assertThat(passes("forced")).isFalse();
        assertThat(passes("open")).isTrue();
    }

    @Test
    void anOpenCircuitStaysUntilItsWaitHasBeenOverForLong() {
        restart("open-wait", "5h", "max-open-wait", "5h");
        fail("open");
        for (int hour = 0; hour < 4; hour++) {
            restAnHour();
            assertThat(passes("open")).isFalse();
        }
        time.advance(HOUR.plus(Duration.ofMinutes(50)));
        sweep();
        assertThat(standing("open")).isEqualTo(KeyStanding.OWN);
        assertThat(enter("open").memo().toString()).contains("Probe");
    }

    /** A window of time may look back further than circuits are kept. */
    @Test
    void aWindowOfTimeKeepsItsFailuresAsLongAsItIs() {
        restart("consecutive-failures", "1000", "failures-in-window", "2", "window", "6h");
        fail("a");
        restAnHour();
        restAnHour();
        fail("a");
        assertThat(passes("a")).isFalse();
    }

    @Test
    void aCallThatOutlivesItsCircuitCountsForTheNextOne() {
        FakeCall slow = enter("a");
        restAnHour();
        restAnHour();
        assertThat(standing("a")).isEqualTo(KeyStanding.NONE);
        breaker.policy.settle(slow.threw(new IOException()));
        assertThat(passes("a")).isFalse();
        assertThat(changes()).singleElement().satisfies(change -> assertThat(change.key())
                .isEqualTo("a"));
    }

    @Test
    void keysWithoutRoomShareStrictCircuits() {
        restart("max-keys", "10");
        IntStream.range(0, 10).forEach(key -> succeed("own-" + key));
        IntStream.range(0, 5_000).forEach(this::tryToFail);
        assertThat(IntStream.range(0, 10).filter(key -> passes("own-" + key))).hasSize(10);
        assertThat(passes("late")).isFalse();
        assertThat(standing("late")).isEqualTo(KeyStanding.SHARED);
        assertThat(numbers()).containsEntry("keys", 10).containsEntry("shared-keys", 256);
        assertThat(breaker.snapshot().details().get(Snapshot.ATTENTION).toString())
                .startsWith("more than 10 keys");
        assertThat(changes()).allSatisfy(change -> assertThat(change.key()).isEqualTo("(shared)"));
        assertThat(notices()).singleElement().asString().contains("256 strict circuits", "raise max-keys");
    }

    @Test
    void keysFindRoomAgainWhenTheFloodIsOver() {
        keysWithoutRoomShareStrictCircuits();
        restAnHour();
        restAnHour();
        for (int call = 0; call < 100; call++) {
            sweep();
        }
        assertThat(numbers()).containsEntry("shared-keys", 0).containsEntry("open-keys", 0);
        assertThat(notices()).hasSize(2).last().asString().contains("find room again");
        assertThat(passes("late")).isTrue();
        assertThat(standing("late")).isEqualTo(KeyStanding.OWN);
        assertThat(breaker.snapshot().details()).doesNotContainKey(Snapshot.ATTENTION);
    }

    @Test
    void changedNumbersHoldForAllKeysAndForgetNothing() {
        restart("consecutive-failures", "3");
        fail("a");
        fail("a");
        fail("open");
        fail("open");
        fail("open");
        breaker.reconfigure("consecutive-failures", "2", "open-wait", "10s");
        assertThat(passes("open")).isFalse();
        time.advance(HALF_A_MINUTE);
        succeed("open");
        fail("a");
        assertThat(refusal("a").retryAfter()).hasValue(Duration.ofSeconds(10));
    }

    @Test
    void showsOneKey() {
        fail(42L);
        KeyView view = view("42");
        assertThat(view.key()).isEqualTo("42");
        assertThat(view.standing()).isEqualTo(KeyStanding.OWN);
        assertThat(view.details())
                .containsEntry("state", "OPEN")
                .containsEntry("reason", "a failure")
                .containsEntry("remaining-open-millis", 30_000L)
                .containsKeys("since", "probe-at");
        assertThat(view("never seen").details()).containsOnly(Map.entry("state", "CLOSED"));
        assertThat(numbers()).containsEntry("keys", 1);
    }

    @Test
    void resetsOneKey() {
        fail("a");
        fail("b");
        assertThat(breaker.policy.keys().reset(List.of("a")).done()).isTrue();
        assertThat(breaker.policy.keys().reset(List.of("c")).done()).isFalse();
        assertThat(passes("a")).isTrue();
        assertThat(passes("b")).isFalse();
    }

    @Test
    void namesTheKeysThatAreOpen() {
        assertThat(breaker.policy.keys().top()).isEqualTo(Optional.empty());
        fail("once");
        fail("twice");
        time.advance(HALF_A_MINUTE);
        fail("twice");
        succeed("alive");
        assertThat(breaker.policy.keys().top().orElseThrow().rankings().get("open"))
                .extracting(ranked -> ranked.key() + " " + ranked.count())
                .containsExactly("twice 2", "once 1");
    }

    private void restart(String... knobs) {
        breaker = Breaker.closed(knobs);
        time = breaker.time;
    }

    /** Somebody comes now and then, as always. */
    private void restAnHour() {
        time.advance(HOUR);
        sweep();
    }

    private void sweep() {
        time.advance(Duration.ofSeconds(1));
        passes("somebody");
    }

    private FakeCall enter(Object key) {
        FakeCall call = new FakeCall(time).key(key);
        assertThat(breaker.policy.admit(call)).isEqualTo(Admission.proceed());
        return call;
    }

    private boolean passes(Object key) {
        FakeCall call = new FakeCall(time).key(key);
        boolean in = breaker.policy.admit(call) == Admission.proceed();
        if (in) {
            breaker.policy.settle(call.gave("well"));
        }
        return in;
    }

    private void succeed(Object key) {
        breaker.policy.settle(enter(key).gave("well"));
    }

    private void fail(Object key) {
        breaker.policy.settle(enter(key).threw(new IOException()));
    }

    private void tryToFail(Object key) {
        FakeCall call = new FakeCall(time).key(key);
        if (breaker.policy.admit(call) == Admission.proceed()) {
            breaker.policy.settle(call.threw(new IOException()));
        }
    }

    private CircuitBreakerOpenException refusal(Object key) {
        Admission answer = breaker.policy.admit(new FakeCall(time).key(key));
        return (CircuitBreakerOpenException) ((Admission.Fail) answer).cause();
    }

    private static CircuitBreakerOpenException copied(CircuitBreakerOpenException refusal) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(refusal);
        return (CircuitBreakerOpenException)
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    }

    private KeyView view(String text) {
        return breaker.policy.keys().view(List.of(text), null);
    }

    private KeyStanding standing(String key) {
        return view(key).standing();
    }

    private Map<String, Number> numbers() {
        return breaker.snapshot().numbers();
    }

    private List<StateChanged> changes() {
        return breaker.events.stream()
                .filter(StateChanged.class::isInstance)
                .map(StateChanged.class::cast)
                .toList();
    }

    private List<String> notices() {
        return breaker.events.stream()
                .filter(Noticed.class::isInstance)
                .map(event -> ((Noticed) event).what())
                .toList();
    }
}
