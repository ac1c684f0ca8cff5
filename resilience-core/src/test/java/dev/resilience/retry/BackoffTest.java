package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.resilience.configuration.Configurations;
import dev.resilience.time.RandomSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final int SAMPLES = 100_000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    strategy=fixed delay=100ms                              | 100 100 100 100 100
                    strategy=linear delay=100ms                             | 100 200 300 400 500
                    strategy=exponential delay=100ms                        | 100 200 400 800 1600
                    strategy=exponential delay=100ms multiplier=3           | 100 300 900 2700 8100
                    strategy=exponential delay=100ms multiplier=1           | 100 100 100 100 100
                    strategy=exponential delay=100ms multiplier=1.5         | 100 150 225 337.5 506.25
                    strategy=exponential delay=100ms max-delay=500ms        | 100 200 400 500 500
                    strategy=linear delay=100ms max-delay=250ms             | 100 200 250 250 250
                    strategy=exponential delay=0                            | 0 0 0 0 0
                    delays=1s,2s,4s,8s,1s                                   | 1000 2000 4000 8000 1000
                    """)
    void growsByItsStrategy(String knobs, String expected) {
        double[] waits = Arrays.stream(expected.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();

        assertThat(millis(backoff(knobs + " jitter=none"), 5, 0.9)).containsExactly(waits);
    }

    @ParameterizedTest
    @CsvSource({
        "none,   0.00, 1000", "none,   0.99, 1000", "full,  0.00,    0", "full,  0.25,  250",
        "full,   0.99,  990", "equal,  0.00,  500", "equal, 0.50,  750", "equal, 0.99,  995",
        "25%,    0.00,  750", "25%,    0.50, 1000", "±25%,  0.75, 1125", "100%,  0.00,    0"
    })
    void leavesToChanceWhatTheJitterSays(String jitter, double chance, double wait) {
        Backoff backoff = backoff("strategy=fixed delay=1s jitter=" + jitter);

        assertThat(millis(backoff, 1, chance)).containsExactly(wait);
    }

    @Test
    void drawsFromDelayToThreeTimesTheWaitBeforeWhenDecorrelated() {
        Backoff backoff = backoff("delay=100ms jitter=decorrelated");

        assertThat(millis(backoff, 3, 0)).containsExactly(100, 100, 100);
        assertThat(millis(backoff, 4, 0.5)).containsExactly(200, 350, 575, 912.5);
        assertThat(millis(backoff, 5, 0.9999999)[4]).isEqualTo(10_000);
    }

    @Test
    void drawsFromDelayToMaxDelayWhenRandom() {
        Backoff backoff = backoff("strategy=random delay=1s max-delay=3s");

        assertThat(millis(backoff, 1, 0)).containsExactly(1000);
        assertThat(millis(backoff, 3, 0.5)).containsExactly(2000, 2000, 2000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "strategy=linear delay=9s",
                "strategy=exponential multiplier=1000000",
                "strategy=exponential jitter=100%",
                "strategy=random",
                "jitter=decorrelated",
                "delays=10s jitter=50%"
            })
    void neverWaitsLongerThanTheCapNorLessThanNothing(String knobs) {
        Backoff backoff = backoff(knobs);
        long cap = 10_000_000_000L;

        for (double chance : new double[] {0, 0.3, 0.999999999}) {
            long previous = 0;
            for (int retry = 1; retry < 1_000; retry++) {
                previous = backoff.nanos(retry, previous, () -> chance);
                assertThat(previous).isBetween(0L, cap);
            }
        }
    }

    @Test
    void standsTheLongestDurationsThereAre() {
        Backoff backoff = backoff("delay=100000d max-delay=106751d jitter=100%");

        assertThat(backoff.nanos(999, 0, () -> 0.999999)).isEqualTo(106_751L * 86_400 * 1_000_000_000);
    }

    /**
     * Means and quartiles of uniform draws. The mean of 100 000 draws strays by more than five of its standard errors,
     * 0.0046 of the range, once in a million; the seed is fixed, so a failure is a defect.
     */
    @ParameterizedTest
    @CsvSource({
        "strategy=fixed delay=1s jitter=full,                  0, 1000",
        "strategy=fixed delay=1s jitter=equal,               500, 1000",
        "strategy=fixed delay=1s jitter=25%,                 750, 1250",
        "strategy=random delay=1s max-delay=5s,             1000, 5000",
        "delay=1s jitter=decorrelated,                      1000, 3000"
    })
    void drawsUniformly(String knobs, double least, double most) {
        Backoff backoff = backoff(knobs);
        Random random = new Random(20260301);
        double[] shares = LongStream.range(0, SAMPLES)
                .mapToDouble(sample -> (backoff.nanos(1, 0, random::nextDouble) / 1e6 - least) / (most - least))
                .sorted()
                .toArray();

        assertThat(Arrays.stream(shares).average().orElseThrow()).isCloseTo(0.5, within(0.0046));
        for (int quarter = 1; quarter <= 3; quarter++) {
            assertThat(shares[SAMPLES / 4 * quarter]).isCloseTo(quarter / 4.0, within(0.0080));
        }
        assertThat(shares[0]).isBetween(0.0, 0.001);
        assertThat(shares[SAMPLES - 1]).isBetween(0.999, 1.0);
    }

    private static Backoff backoff(String knobs) {
        Map<String, String> texts = new HashMap<>();
        for (String knob : knobs.split(" ")) {
            texts.put(knob.substring(0, knob.indexOf('=')), knob.substring(knob.indexOf('=') + 1));
        }
        return Backoff.of(Configurations.of(RetryConfiguration.class, texts));
    }

    private static double[] millis(Backoff backoff, int retries, double chance) {
        RandomSource random = () -> chance;
        double[] waits = new double[retries];
        long previous = 0;
        for (int retry = 1; retry <= retries; retry++) {
            previous = backoff.nanos(retry, previous, random);
            waits[retry - 1] = previous / 1e6;
        }
        return waits;
    }
}
