package dev.resilience.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.proof.Storm.Down;
import dev.resilience.proof.Storm.Knobs;
import dev.resilience.proof.Storm.Pace;
import dev.resilience.proof.Storm.Weather;
import dev.resilience.proof.Storm.Wrapping;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dependency that is down for a minute behind three layers that each call three times: no layer knows of the others, so
 * by themselves they would make 27 calls of one. It is reached by at most 1.2 calls for each that callers make, whatever
 * the layers make of its failures, with a breaker and without. Five seconds after it has healed, so have its callers. The open
 * wait is 2 s each time.
 */
class StormTest {

    private static final Logger LOG = LoggerFactory.getLogger(StormTest.class);
    private static final double SHARE = 0.2;
    private static final int FLOOR = 10;

    /** What hangs in three layers at two hundred calls a second, of those that are made in a minute. */
    private static final double ONE_WAVE = 3 * 0.5 * 200 / 12_000;

    private static final double ENOUGH = 0.99;
    private static final Duration WINDOW = Duration.ofSeconds(10);

    static Stream<Weather> atFifty() {
        return weathers(Pace.FIFTY_A_SECOND);
    }

    static Stream<Weather> atTwoHundred() {
        return weathers(Pace.TWO_HUNDRED_A_SECOND);
    }

    static Stream<Weather> asFastAsAnswered() {
        return weathers(Pace.AS_FAST_AS_ANSWERED);
    }

    static Stream<Weather> reactive() {
        return Stream.of(Wrapping.values())
                .map(wrapping -> new Weather(Pace.FIFTY_A_SECOND, wrapping, Down.HANGS, false, false, true));
    }

    private static Stream<Weather> weathers(Pace pace) {
        return Stream.of(Wrapping.values())
                .flatMap(wrapping -> Stream.of(Down.REFUSES, Down.HANGS).flatMap(down -> Stream.of(true, false)
                        .map(breaker -> new Weather(pace, wrapping, down, breaker, false, false))));
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource({"atTwoHundred", "asFastAsAnswered"})
    void isNotMultipliedHoweverMuchIsCalled(Weather weather) {
        isNotMultipliedAndHealsAtOnce(weather);
    }

    @ParameterizedTest
    @MethodSource({"atFifty", "reactive"})
    void isNotMultipliedAndHealsAtOnce(Weather weather) {
        StormReport seen = new Storm(weather, 7).rage();
        LOG.info("{}: {}", weather, seen);

        assertThat(seen.offeredWhileDown()).isGreaterThanOrEqualTo(50L * Storm.OUTAGE.toSeconds());
        assertThat(seen.retriesWhileDown()).as("retries, %s", seen).isPositive();
        assertThat(seen.amplification(paidFor(weather))).as("%s", seen).isLessThanOrEqualTo(1 + SHARE);
        assertThat(seen.mostBeyond(SHARE, FLOOR))
                .as("too many in ten seconds, %s", seen)
                .isLessThanOrEqualTo(0);
        assertThat(seen.successAfterHealing()).as("%s", seen).isGreaterThanOrEqualTo(ENOUGH);
    }

    /** Callers who wait for their answers call less often once they hang, and retries are still paid for by the calls before. */
    private static Duration paidFor(Weather weather) {
        return weather.pace() == Pace.AS_FAST_AS_ANSWERED ? WINDOW : Duration.ZERO;
    }

    /** What callers offer passes this policy three times, and is counted once. */
    @ParameterizedTest
    @EnumSource
    void onePolicyInAllLayersIsNotMultipliedEither(Wrapping wrapping) {
        Weather weather = new Weather(Pace.TWO_HUNDRED_A_SECOND, wrapping, Down.REFUSES, false, true, false);

        StormReport seen = new Storm(weather, 7).rage();
        LOG.info("{}: {}", weather, seen);

        assertThat(seen.amplification()).as("%s", seen).isLessThanOrEqualTo(1 + SHARE);
    }

    /** What the budgets are for: a few failures are cured, so they aren't merely mean. */
    @ParameterizedTest
    @EnumSource
    void cureWhatFailsNowAndThen(Wrapping wrapping) {
        Weather weather = new Weather(Pace.TWO_HUNDRED_A_SECOND, wrapping, Down.FLICKERS, true, false, false);

        StormReport seen = new Storm(weather, 7).rage();
        LOG.info("{}: {}, {} success while down", weather, seen, seen.successWhileDown());

        assertThat(seen.successWhileDown()).as("%s", seen).isGreaterThanOrEqualTo(ENOUGH);
        assertThat(seen.amplification()).as("%s", seen).isBetween(1.08, 1.13);
    }

    static Stream<Weather> slowOnes() {
        return Stream.of(Down.CRAWLS, Down.REFUSES, Down.HANGS).flatMap(down -> Stream.of(true, false)
                .map(reactive ->
                        new Weather(Pace.FIFTY_A_SECOND, Wrapping.HIDES_THE_CAUSE, down, false, false, reactive)));
    }

    /** Second tries beside slow ones are paid for like those after failed ones. */
    @ParameterizedTest
    @MethodSource("slowOnes")
    void hedgesInEveryLayerAreNotMultipliedEither(Weather weather) {
        StormReport seen = new Storm(weather, 7, Knobs.of(Map.of("hedge-after", "100ms"))).rage();
        LOG.info("hedged, {}: {}", weather, seen);

        assertKeepsToTheBounds(seen);
    }

    /** So are the retries that rules of recoveries ask for, alone and beside others. */
    @ParameterizedTest
    @CsvSource({
        "PASSES_ON, REFUSES, false",
        "HIDES_THE_CAUSE, REFUSES, false",
        "HIDES_THE_CAUSE, HANGS, false",
        "HIDES_THE_CAUSE, REFUSES, true"
    })
    void recoveriesInEveryLayerAreNotMultipliedEither(Wrapping wrapping, Down down, boolean besides) {
        Weather weather = new Weather(Pace.FIFTY_A_SECOND, wrapping, down, false, false, false);
        Map<String, String> again = Map.of("rules", "* -> retry 2 after 100ms");

        StormReport seen = new Storm(weather, 7, new Knobs(besides ? Map.of() : null, again, "1")).rage();
        LOG.info("with recoveries, {}: {}", weather, seen);

        assertKeepsToTheBounds(seen);
    }

    /**
     * Nor are those by who waited for a restart that was of no use: only the first time all who hang in one go in again,
     * because nobody knows yet.
     */
    @ParameterizedTest
    @CsvSource({"PASSES_ON, REFUSES, 5s, true", "HIDES_THE_CAUSE, HANGS, 5s, false", "HIDES_THE_CAUSE, HANGS, 1s, true"
    })
    void restartsInEveryLayerAreNotMultipliedEither(Wrapping wrapping, Down down, String pause, boolean besides) {
        Weather weather = new Weather(Pace.TWO_HUNDRED_A_SECOND, wrapping, down, false, false, false);
        Map<String, String> again = Map.of("rules", "* -> restart client, retry 2 after 100ms", "restart-pause", pause);

        StormReport seen = new Storm(weather, 7, new Knobs(besides ? Map.of() : null, again, "1")).rage();
        LOG.info("with restarts, {}: {}", weather, seen);

        assertThat(seen.amplification()).as("%s", seen).isLessThanOrEqualTo(1 + SHARE + ONE_WAVE);
        assertThat(seen.successAfterHealing()).as("%s", seen).isGreaterThanOrEqualTo(ENOUGH);
    }

    private static void assertKeepsToTheBounds(StormReport seen) {
        assertThat(seen.retriesWhileDown()).as("retries, %s", seen).isPositive();
        assertThat(seen.amplification()).as("%s", seen).isLessThanOrEqualTo(1 + SHARE);
        assertThat(seen.mostBeyond(SHARE, FLOOR))
                .as("too many in ten seconds, %s", seen)
                .isLessThanOrEqualTo(0);
        assertThat(seen.successAfterHealing()).as("%s", seen).isGreaterThanOrEqualTo(ENOUGH);
    }

    /** A proof that can't fail proves nothing: without budgets the same layers make 27 calls of one. */
    @Test
    void withoutBudgetsItIsSeen() {
        Weather weather = new Weather(Pace.FIFTY_A_SECOND, Wrapping.HIDES_THE_CAUSE, Down.REFUSES, false, false, false);

        StormReport seen = new Storm(weather, 7, Knobs.of(Map.of("budget", "false"))).rage();
        LOG.info("without budgets: {}", seen);

        assertThat(seen.amplification()).isBetween(26.0, 27.0);
        assertThat(seen.mostBeyond(SHARE, FLOOR)).isPositive();
    }

    /** Nor is a breaker that stays open taken for healed: each open wait is three times as long as the one before. */
    @Test
    void aBreakerThatStaysOpenIsSeen() {
        Weather weather = new Weather(Pace.FIFTY_A_SECOND, Wrapping.PASSES_ON, Down.REFUSES, true, false, false);

        StormReport seen = new Storm(weather, 7, new Knobs(Map.of(), Map.of(), "3")).rage();
        LOG.info("with growing open waits: {}", seen);

        assertThat(seen.successAfterHealing()).isLessThan(ENOUGH);
    }
}
