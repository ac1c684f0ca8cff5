package dev.resilience.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import dev.resilience.event.ResilienceEvent.ErrorRepeats;
import dev.resilience.event.ResilienceEvent.ErrorShareRose;
import dev.resilience.event.ResilienceEvent.RecoveryRateChanged;
import dev.resilience.recovery.Scene.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is told of failures that pass. */
class WatchmanTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Scene scene = new Scene();

    @Test
    void tellsOnceThatAnErrorRepeatsAndAgainAfterAPause() {
        Pipeline pipeline = scene.with("pattern-threshold", "3")
                .with("pattern-pause", "10m")
                .rules("* -> escalate");
        for (int time = 0; time < 9; time++) {
            fails(pipeline, here());
        }
        assertThat(scene.events(ErrorRepeats.class)).singleElement().satisfies(repeats -> {
            assertThat(repeats.error()).isEqualTo("java.io.IOException");
            assertThat(repeats.site()).isEmpty();
            assertThat(repeats.times()).isEqualTo(3);
        });

        scene.time.advance(Duration.ofMinutes(11));
        for (int time = 0; time < 3; time++) {
            fails(pipeline, here());
        }
        assertThat(scene.events(ErrorRepeats.class)).hasSize(2);
        assertThat(scene.number("patterns")).isEqualTo(2);
        assertThat(instance().snapshot().details()).containsEntry("pattern-1", "java.io.IOException, 12 times");
    }

    @Test
    void countsOnlyWhatLiesWithinTheWindowWhereverThatLies() {
        Pipeline pipeline = scene.with("pattern-threshold", "3")
                .with("pattern-window", "10s")
                .rules("* -> escalate");
        fails(pipeline, here());
        for (int time = 0; time < 10; time++) {
            scene.time.advance(SECOND.multipliedBy(6));
            fails(pipeline, here());
        }
        assertThat(scene.events(ErrorRepeats.class)).isEmpty();

        scene.time.advance(SECOND.multipliedBy(4));
        fails(pipeline, here());
        assertThat(scene.events(ErrorRepeats.class)).hasSize(1);
    }

    @Test
    void anErrorIsRecognisedAmongEverNewOnes() {
        Patterns patterns = new Patterns(5, Duration.ofMinutes(1).toNanos(), 0);
        SplittableRandom random = new SplittableRandom(7);
        int told = 0;
        for (int time = 0; time < 100_000; time++) {
            told += patterns.see(new Origin("Noise", "Site.of:" + random.nextInt()), time) ? 1 : 0;
            told += time % 20 == 0 && patterns.see(new Origin("Real", "Site.of:1"), time) ? 1 : 0;
        }

        assertThat(told).isEqualTo(5_000 - 4);
        assertThat(patterns.now(100_000, 99)).containsExactly("Real at Site.of:1, 5000 times");
    }

    @Test
    void theSiteIsTheApplicationsOwnFrameIfThereIsOne() {
        IOException ours = new IOException();
        ours.setStackTrace(new StackTraceElement[] {
            frame("java.net.Socket", "connect"),
            frame("org.springframework.web.client.RestClient", "get"),
            frame("com.shop.CarrierClient", "quote"),
            frame("com.shop.Quotes", "quote")
        });
        IOException theirs = new IOException();
        theirs.setStackTrace(new StackTraceElement[] {frame("java.net.Socket", "connect")});

        assertThat(Origin.of(ours)).isEqualTo(new Origin("java.io.IOException", "CarrierClient.quote:42"));
        assertThat(Origin.of(theirs).site()).isEqualTo("Socket.connect:42");
        assertThat(Origin.of(new Hostile()).site()).isEmpty();
    }

    @Test
    void anErrorThatThrowsWhenItIsLookedAtComesThroughAsItIs() {
        Pipeline pipeline = scene.rules("* -> retry");
        Hostile hostile = new Hostile();

        assertThatThrownBy(() -> scene.call(pipeline, hostile, hostile)).isSameAs(hostile);
    }

    @Test
    void tellsThatTheShareOfErrorsRose() {
        Pipeline pipeline = scene.rules("IllegalStateException -> escalate");
        everyTenth(pipeline, 10, 300);
        everyTenth(pipeline, 3, 60);

        assertThat(scene.events(ErrorShareRose.class)).singleElement().satisfies(rose -> {
            assertThat(rose.before()).isEqualTo(10);
            assertThat(rose.now()).isBetween(20, 33);
        });
        assertThat(scene.number("error-share")).isBetween(30L, 35L);
    }

    @Test
    void saysNothingOfASteadyShareOrOfFewCalls() {
        Pipeline pipeline = scene.rules("IllegalStateException -> escalate");
        everyTenth(pipeline, 1, 15);
        scene.time.advance(Duration.ofHours(1));
        everyTenth(pipeline, 3, 600);

        assertThat(scene.events(ErrorShareRose.class)).isEmpty();
    }

    @Test
    void tellsWhenARuleSavesTooFewAndWhenItSavesEnoughAgain() throws Throwable {
        Pipeline pipeline =
                scene.with("rate-window", "10").with("minimum-calls", "5").rules("503 -> retry", "* -> escalate");
        for (int call = 0; call < 20; call++) {
            fails(pipeline, busy());
        }
        assertThat(scene.events(RecoveryRateChanged.class))
                .containsExactly(new RecoveryRateChanged("recoveries", "carrier", "503 -> retry", 0, false));
        assertThat(scene.number("recovery-rate")).isZero();
        for (int call = 0; call < 20; call++) {
            scene.call(pipeline, busy());
        }

        assertThat(scene.events(RecoveryRateChanged.class))
                .hasSize(2)
                .last()
                .isEqualTo(new RecoveryRateChanged("recoveries", "carrier", "503 -> retry", 80, true));
        assertThat(instance().snapshot().details()).containsEntry("rule-1", "503 -> retry: saved 10 of the last 10");
    }

    @Test
    void aRateAtItsBoundIsNotToldWithEveryCall() {
        RecoveryRate rate = new RecoveryRate(10, 5, 80);
        int told = 0;
        for (int call = 0; call < 1000; call++) {
            told += rate.ended(call % 5 != 0) == RecoveryRate.Change.NONE ? 0 : 1;
        }

        assertThat(told).isLessThan(1000 / 5);
        assertThat(rate.percent()).isEqualTo(80);
    }

    /** So many a second, of which every so manyth fails. */
    private void everyTenth(Pipeline pipeline, int every, int seconds) {
        for (int call = 1; call <= seconds; call++) {
            scene.time.advance(SECOND);
            if (call % every == 0) {
                fails(pipeline, here());
            } else {
                succeeds(pipeline);
            }
        }
    }

    private void succeeds(Pipeline pipeline) {
        pipeline.run(() -> {});
    }

    private void fails(Pipeline pipeline, Throwable failure) {
        assertThatThrownBy(() -> scene.call(pipeline, failure, failure)).isSameAs(failure);
    }

    private PolicyInstance<?, ?> instance() {
        return scene.registry().find("recoveries", "carrier").orElseThrow();
    }

    private static Answer busy() {
        return new Answer(503, null);
    }

    private static IOException here() {
        IOException stackless = new IOException("secret");
        stackless.setStackTrace(new StackTraceElement[0]);
        return stackless;
    }

    private static StackTraceElement frame(String type, String method) {
        return new StackTraceElement(type, method, null, 42);
    }

    /** Throws whatever it is asked. */
    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("message");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("stack");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("cause");
        }
    }
}
