package dev.resilience.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallShape;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.PolicyInstance;
import dev.resilience.event.ResilienceEvent.Noticed;
import dev.resilience.event.ResilienceEvent.StateChanged;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cutting off everybody, or one key, for half a minute. */
class IsolationsTest {

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final Placement.Expression HOST = (arguments, context) -> arguments[0];

    private final Scene scene = new Scene();

    @Test
    void cutsEverybodyOffWhoHasNoKey() throws Throwable {
        Pipeline pipeline = scene.rules("IOException -> isolate 30s");
        fails(pipeline, "a");

        assertThatThrownBy(() -> succeed(pipeline, "b"))
                .isInstanceOfSatisfying(IsolatedException.class, refusal -> {
                    assertThat(refusal.retryAfter()).hasValue(HALF_A_MINUTE);
                    assertThat(refusal.key()).isNull();
                })
                .hasMessage("recoveries 'carrier' refused the call: a rule has cut all calls off; retry after 30s");
        assertThat(instance().snapshot().state()).isEqualTo("ISOLATED");
        assertThat(instance().snapshot().details())
                .containsEntry("isolated-until", ManualTime.EPOCH.plus(HALF_A_MINUTE));
        scene.time.advance(HALF_A_MINUTE);
        assertThat(succeed(pipeline, "b")).isEqualTo("value");
        assertThat(instance().snapshot().state()).isEqualTo("READY");
        assertThat(scene.events(StateChanged.class))
                .containsExactly(
                        new StateChanged(
                                "recoveries", "carrier", "READY", "ISOLATED", "for 30s, by IOException -> isolate 30s"),
                        new StateChanged("recoveries", "carrier", "ISOLATED", "READY", "the time is over"));
    }

    @Test
    void refusesOneNanosecondBeforeTheEndAndNotAtTheEnd() throws Throwable {
        Pipeline pipeline = scene.rules("IOException -> isolate 30s");
        fails(pipeline, "a");
        scene.time.advance(HALF_A_MINUTE.minusNanos(1));

        assertThatThrownBy(() -> succeed(pipeline, "a")).isInstanceOf(IsolatedException.class);
        scene.time.advanceNanos(1);
        assertThat(succeed(pipeline, "a")).isEqualTo("value");
    }

    @Test
    void cutsOneKeyOffAndLeavesTheOthers() throws Throwable {
        Pipeline pipeline = keyed();
        fails(pipeline, "dead");

        assertThatThrownBy(() -> succeed(pipeline, "dead"))
                .isInstanceOfSatisfying(IsolatedException.class, refusal -> assertThat(refusal.key())
                        .isEqualTo("dead"))
                .hasMessageContaining("cut this key off")
                .hasMessageNotContaining("dead");
        assertThat(succeed(pipeline, "alive")).isEqualTo("value");
        assertThat(scene.number("isolated-keys")).isOne();
    }

    @Test
    void aFailureDuringTheTimeMakesItLonger() throws Throwable {
        scene.placed("key", HOST);
        Pipeline pipeline = scene.rules("IOException -> isolate 30s", "IllegalStateException -> isolate 60s");
        pipeline.invoke(CallShape.BLOCKING, new Object[] {"a"}, () -> {
            fails(pipeline, "a");
            scene.time.advance(HALF_A_MINUTE.dividedBy(2));
            return "was in before";
        });
        assertThatThrownBy(() -> pipeline.invoke(CallShape.BLOCKING, new Object[] {"b"}, () -> {
                    fails(pipeline, "b");
                    throw new IllegalStateException();
                }))
                .isInstanceOf(IllegalStateException.class);

        scene.time.advance(HALF_A_MINUTE);
        assertThat(succeed(pipeline, "a")).isEqualTo("value");
        assertThatThrownBy(() -> succeed(pipeline, "b")).isInstanceOf(IsolatedException.class);
        assertThat(scene.events(StateChanged.class).stream()
                        .filter(change -> change.to().equals("ISOLATED")))
                .hasSize(2);
    }

    @Test
    void aMissingKeyIsThatOfAllWhoHaveNone() {
        Pipeline pipeline = keyed();
        fails(pipeline, null);

        assertThatThrownBy(() -> succeed(pipeline, null)).isInstanceOf(IsolatedException.class);
        assertThat(scene.number("missing-keys")).isOne();
    }

    @Test
    void keysWithoutRoomShareStrictStates() {
        Pipeline pipeline = scene.with("max-keys", "10").placed("key", HOST).rules("IOException -> isolate 30s");
        for (int key = 0; key < 1000; key++) {
            try {
                fails(pipeline, "key-" + key);
            } catch (AssertionError sharesAnIsolation) {
                // It is refused before it can fail.
            }
        }

        for (int key = 0; key < 1000; key++) {
            String name = "key-" + key;
            assertThatThrownBy(() -> succeed(pipeline, name)).isInstanceOf(IsolatedException.class);
        }
        assertThat(scene.number("shared-keys")).isBetween(1L, 256L);
        assertThat(scene.events(Noticed.class)).hasSize(1);
        assertThat(instance().snapshot().details()).containsKey("attention");
    }

    @Test
    void oneKeyIsShownAndLetIn() throws Throwable {
        Pipeline pipeline = keyed();
        fails(pipeline, "dead");

        KeyView view = instance().key("dead", null).orElseThrow();
        assertThat(view.standing()).isEqualTo(KeyStanding.OWN);
        assertThat(view.details())
                .containsEntry("state", "ISOLATED")
                .containsEntry("isolated-until", ManualTime.EPOCH.plus(HALF_A_MINUTE));
        assertThat(instance().resetKey("dead", "somebody").orElseThrow().done()).isTrue();
        assertThat(succeed(pipeline, "dead")).isEqualTo("value");
        assertThat(instance().key("alive", null).orElseThrow().details()).containsEntry("state", "READY");
    }

    private Pipeline keyed() {
        return scene.placed("key", HOST).rules("IOException -> isolate 30s");
    }

    private PolicyInstance<?, ?> instance() {
        return scene.registry().find("recoveries", "carrier").orElseThrow();
    }

    private static void fails(Pipeline pipeline, @Nullable String key) {
        assertThatThrownBy(() -> pipeline.invoke(CallShape.BLOCKING, new Object[] {key}, () -> {
                    throw new IOException("down");
                }))
                .isInstanceOf(IOException.class);
    }

    private static @Nullable Object succeed(Pipeline pipeline, @Nullable String key) throws Throwable {
        return pipeline.invoke(CallShape.BLOCKING, new Object[] {key}, () -> "value");
    }
}
