package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryConfigurationTest {

    @Test
    void hasTheDefaultsOfTheField() {
        RetryConfiguration defaults = Configurations.defaults(RetryConfiguration.class);

        assertThat(defaults.maxAttempts()).isEqualTo(3);
        assertThat(defaults.maxRetries()).isEqualTo(2);
        assertThat(defaults.strategy()).isEqualTo(Strategy.EXPONENTIAL);
        assertThat(defaults.delay()).isEqualTo(Duration.ofMillis(200));
        assertThat(defaults.multiplier()).isEqualTo(2);
        assertThat(defaults.maxDelay()).isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.maxDuration()).isNull();
        assertThat(defaults.jitter()).isEqualTo(Jitter.FULL);
        assertThat(defaults.respectRetryAfter()).isTrue();
        assertThat(defaults.budget()).isTrue();
        assertThat(defaults.budgetShare()).isEqualTo(20);
        assertThat(defaults.budgetFloor()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    max-attempts=5               | 5
                    max-retries=5                | 6
                    max-retries=0                | 1
                    delays=1s,2s,4s              | 4
                    delays=1s,2s;max-attempts=3  | 3
                    delays=1s,2s;max-retries=2   | 3
                    """)
    void countsAttempts(String knobs, int attempts) {
        RetryConfiguration configuration = bind(layer(knobs)).orThrow();

        assertThat(configuration.maxAttempts()).isEqualTo(attempts);
        assertThat(configuration.maxRetries()).isEqualTo(attempts - 1);
    }

    @Test
    void keepsDelaysAsWrittenUnlessJitterIsAskedFor() {
        assertThat(bind(layer("delays=1s,2s")).orThrow().jitter()).isEqualTo(Jitter.NONE);
        assertThat(bind(layer("delays=1s,2s;jitter=25%")).orThrow().jitter()).hasToString("25%");
    }

    @Test
    void anEmptyListOfDelaysTakesBackInheritedOnesAndLeavesTheRestAsItIs() {
        List<Map<String, Setting>> layers = List.of(layer("delays=1s,2s"), layer("delay=50ms"), layer("delays="));

        RetryConfiguration configuration =
                Configurations.bind(RetryConfiguration.class, layers).orThrow();

        assertThat(configuration.delays()).isEmpty();
        assertThat(configuration.delay()).hasMillis(50);
        assertThat(configuration.strategy()).isEqualTo(Strategy.EXPONENTIAL);
        assertThat(bind(layer("delays=")).orThrow().delay()).hasMillis(200);
    }

    @Test
    void readsAShareInPercent() {
        assertThat(bind(layer("budget-share=12.5%")).orThrow().budgetShare()).isEqualTo(12.5);
    }

    @ParameterizedTest
    @CsvSource({"200ms, 200ms", "1500ms, 1s500ms", "p95, p95", "P99.9, p99.9", "p50, p50", "p99.99, p99.99"})
    void readsWhenAHedgeBegins(String written, String read) {
        assertThat(bind(layer("hedge-after=" + written)).orThrow().hedgeAfter()).hasToString(read);
    }

    @Test
    void isTheSameWhenMadeAgainFromItsEffectiveValues() {
        RetryConfiguration made = bind(layer("delays=1s,2s")).orThrow();

        RetryConfiguration again = new RetryConfiguration(
                made.maxAttempts(),
                made.maxRetries(),
                made.delays(),
                made.strategy(),
                made.delay(),
                made.multiplier(),
                made.maxDelay(),
                made.maxDuration(),
                made.hedgeAfter(),
                made.jitter(),
                made.retryOn(),
                made.never(),
                made.retryOnStatus(),
                made.retryWhen(),
                made.respectRetryAfter(),
                made.budget(),
                made.budgetShare(),
                made.budgetFloor());

        assertThat(again).isEqualTo(made);
    }

    @Test
    void letsTheDelaysOfAStrongerLayerReplaceAnInheritedNumber() {
        assertThat(bind(layer("max-attempts=7"), layer("delays=1s,2s"))
                        .orThrow()
                        .maxAttempts())
                .isEqualTo(3);
        assertThat(bind(layer("max-retries=7"), layer("delays=1s,2s")).orThrow().maxAttempts())
                .isEqualTo(3);
        assertThat(bind(layer("max-retries=7"), layer("max-attempts=2"))
                        .orThrow()
                        .maxAttempts())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"strategy=fixed", "delay=1s", "multiplier=3"})
    void letsWaitsOfTheStrongerLayerReplaceThoseOfTheWeakerHoweverTheyAreSaid(String knob) {
        assertThat(bind(layer(knob), layer("delays=1s,2s")).orThrow().delays()).hasSize(2);
        assertThat(bind(layer("delays=1s,2s"), layer(knob)).orThrow().delays()).isEmpty();
    }

    @Test
    void refusesANumberThatContradictsInheritedDelays() {
        assertThat(bind(layer("delays=1s,2s"), layer("max-attempts=7")).problems())
                .extracting(Problem::property)
                .containsExactly("max-attempts");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    max-attempts=0                    | max-attempts = '0' (test): must be between 1 and 1000. Write for example 'max-attempts: 3'
                    max-attempts=1001                 | max-attempts = '1001' (test): must be between 1 and 1000. Write for example 'max-attempts: 3'
                    max-retries=-1                    | max-retries = '-1' (test): must be between 0 and 999. Write for example 'max-retries: 2'
                    delays=1s,2s;max-attempts=2       | max-attempts = '2' (test): contradicts 'delays', whose 2 waits make it 3. Leave it out, or change the number of delays
                    delays=1s;max-retries=3           | max-retries = '3' (test): contradicts 'delays', whose 1 wait makes it 1. Leave it out, or change the number of delays
                    delays=1s,-2s                     | delays = '-2s' (test): must not be negative. Write for example 'delays: 1s, 2s, 4s'
                    delays=1s,30s                     | max-delay = '10s': is shorter than the longest of 'delays' (30s). Write 'max-delay: 30s' or more, or wait less
                    delay=-1s                         | delay = '-1s' (test): must not be negative. Write for example 'delay: 200ms'
                    delay=30s                         | max-delay = '10s': is shorter than 'delay' (30s). Write 'max-delay: 30s' or more, or wait less
                    delay=1s;max-delay=500ms          | max-delay = '500ms' (test): is shorter than 'delay' (1s). Write 'max-delay: 1s' or more, or wait less
                    multiplier=0.5                    | multiplier = '0.5' (test): must be at least 1, or waits would shrink. Write for example 'multiplier: 2'
                    max-duration=0                    | max-duration = '0' (test): must be longer than zero. Write for example 'max-duration: 30s'
                    max-duration=150ms                | max-duration = '150ms' (test): ends before the first retry, which waits up to 200ms. Make it longer than that, or wait less
                    delays=3s,1s;max-duration=3s      | max-duration = '3s' (test): ends before the first retry, which waits up to 3s. Make it longer than that, or wait less
                    hedge-after=0                     | hedge-after = '0' (test): must be longer than zero. Write for example 'hedge-after: 200ms'
                    hedge-after=soon                  | hedge-after = 'soon' (test): the value is neither a duration such as 200ms nor a percentile such as p95. Write for example 'hedge-after: 200ms'
                    hedge-after=p100                  | hedge-after = 'p100' (test): the value is neither a duration such as 200ms nor a percentile such as p95. Write for example 'hedge-after: 200ms'
                    hedge-after=p5                    | hedge-after = 'p5' (test): the value is below p50: most calls would be made twice. Write for example 'hedge-after: 200ms'
                    hedge-after=p95;max-attempts=1    | hedge-after = 'p95' (test): begins a second attempt, and there is to be only one. Write 'max-attempts: 2' or more
                    hedge-after=2s;max-duration=1s    | hedge-after = '2s' (test): is not before 'max-duration' (1s), after which no attempt begins. Make it shorter
                    jitter=120%                       | jitter = '120%' (test): the value is a ratio over 100%, which would make waits negative. Write for example 'jitter: full'
                    jitter=half                       | jitter = 'half' (test): the value is neither none, full, equal, decorrelated nor a ratio such as 25%. Write for example 'jitter: full'
                    jitter=decorrelated;strategy=fixed | jitter = 'decorrelated' (test): makes waits of its own, from delay to three times the wait before, and leaves nothing to 'strategy'. Leave out 'strategy', or write 'jitter: full'
                    jitter=decorrelated;delays=1s     | jitter = 'decorrelated' (test): makes waits of its own, from delay to three times the wait before, and leaves nothing to 'delays'. Leave out 'delays', or write 'jitter: full'
                    strategy=random;delay=10s         | strategy = 'random' (test): has nothing to choose from, as 'delay' and 'max-delay' are both 10s. Write 'strategy: fixed', or a longer 'max-delay'
                    strategy=exponentail              | strategy = 'exponentail' (test): the value is none of [fixed, linear, exponential, random] (did you mean 'exponential'?). Write for example 'strategy: exponential'
                    delays=1s,2s;strategy=fixed       | strategy = 'fixed' (test): says nothing beside 'delays', which lists every wait. Leave out one of the two
                    delays=1s,2s;delay=1s             | delay = '1s' (test): says nothing beside 'delays', which lists every wait. Leave out one of the two
                    delays=1s,2s;multiplier=3         | multiplier = '3' (test): says nothing beside 'delays', which lists every wait. Leave out one of the two
                    retry-on=IOException,503          | retry-on = '503' (test): is no name of an exception. Write for example 'retry-on: java.io.IOException, TimeoutException'
                    never=4xx                         | never = '4xx' (test): is no name of an exception. Write for example 'never: java.lang.IllegalArgumentException'
                    retry-on-status=200               | retry-on-status = '200' (test): includes statuses below 400, which are no failures. Write for example 'retry-on-status: 408, 429, 500-504'
                    retry-on-status=503,302-404       | retry-on-status = '302-404' (test): includes statuses below 400, which are no failures. Write for example 'retry-on-status: 408, 429, 500-504'
                    retry-on=A,B;never=B              | never = 'B' (test): is in 'retry-on' as well. Leave it in one of the two
                    retry-on-status=600               | retry-on-status = '600' (test): the value is no HTTP status; use one from 100 to 599, a class such as 5xx, or 500-504. Write for example 'retry-on-status: 408, 429, 500-504'
                    budget-share=120                  | budget-share = '120' (test): must be between 0 and 100. Write for example 'budget-share: 20%'
                    budget-floor=-1                   | budget-floor = '-1' (test): must be at least 0. Write for example 'budget-floor: 10'
                    budget-share=0;budget-floor=0     | budget-share = '0' (test): allows no retry at all together with 'budget-floor: 0'. Raise one of the two, or write 'budget: false' for no budget, 'max-retries: 0' for no retries
                    max-atempts=3                     | max-atempts = '3' (test): there is no property 'max-atempts' here. Did you mean 'max-attempts'?
                    """)
    void saysWhatIsWrongAndWhatToWrite(String knobs, String problem) {
        assertThat(bind(layer(knobs)).problems()).extracting(Problem::toString).containsExactly(problem);
    }

    @Test
    void refusesAttemptsAndRetriesInOneLayer() {
        assertThat(bind(layer("max-attempts=3;max-retries=2")).problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "max-retries = '2' (test): says the same as 'max-attempts', which is '3' (test). Give one of the two");
    }

    @Test
    void reportsEverythingAtOnce() {
        assertThat(bind(layer("max-attempts=0;multiplier=0;budget-floor=-1;jitter=200%"))
                        .problems())
                .extracting(Problem::property)
                .containsExactlyInAnyOrder("max-attempts", "multiplier", "budget-floor", "jitter");
    }

    @SafeVarargs
    private static Configurations.Bound<RetryConfiguration> bind(Map<String, Setting>... layers) {
        return Configurations.bind(RetryConfiguration.class, List.of(layers));
    }

    private static Map<String, Setting> layer(String knobs) {
        Map<String, Setting> layer = new LinkedHashMap<>();
        Arrays.stream(knobs.trim().split(";"))
                .map(knob -> knob.split("=", 2))
                .forEach(knob -> layer.put(knob[0], Setting.of(knob[1], "test")));
        return layer;
    }
}
