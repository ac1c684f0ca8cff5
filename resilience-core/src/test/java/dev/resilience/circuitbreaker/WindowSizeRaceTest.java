package dev.resilience.circuitbreaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.circuitbreaker.State.Counting;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A breaker is closed and configured at once, again and again. */
class WindowSizeRaceTest {

    private static final int ROUNDS = 200_000;
    private static final List<Settings> SETTINGS = List.of(settings("10"), settings("12"));

    private final Circuit circuit = new Circuit(SETTINGS.get(0), new ManualTime(0).time(), (from, to, reason) -> {});
    private final AtomicInteger arrived = new AtomicInteger();
    private int wrong;

    @Test
    void looksAsFarBackAsIsConfiguredInTheEnd() throws InterruptedException {
        Thread operator = new Thread(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                meet(4 * round + 2);
                circuit.close(0);
                meet(4 * round + 4);
            }
        });
        operator.start();

        for (int round = 0; round < ROUNDS; round++) {
            meet(4 * round + 2);
            circuit.reconfigure(SETTINGS.get(round % 2), 0);
            meet(4 * round + 4);
            wrong += isOfTheRightSize() ? 0 : 1;
        }

        operator.join();
        assertThat(wrong).isZero();
    }

    /** Both are here before either goes on. */
    private void meet(int bothHere) {
        arrived.incrementAndGet();
        while (arrived.get() < bothHere) {
            Thread.onSpinWait();
        }
    }

    private boolean isOfTheRightSize() {
        OutcomeWindow window = ((Counting) circuit.state()).pass().window();
        return window.resized(circuit.settings().window(), 0) == window;
    }

    private static Settings settings(String calls) {
        return Settings.of(
                Configurations.of(CircuitBreakerConfiguration.class, Map.of("window", calls, "minimum-calls", "1")));
    }
}
