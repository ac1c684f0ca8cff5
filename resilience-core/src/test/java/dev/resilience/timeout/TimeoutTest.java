package dev.resilience.timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.CallTimedOutException;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.Placement;
import dev.resilience.Policy;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind.Place;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.Target;
import dev.resilience.Verdict;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimeoutTest {

    private final ManualTime time = new ManualTime();
    private final TimeoutKind kind = new TimeoutKind();
    private final Target zero = (arguments, failure) -> 0;

    @Test
    void givesEachAttemptItsTime() {
        Timeout timeout = timeout(Map.of("timeout", "2s"));

        assertThat(timeout.places()).extracting(Place::id).containsExactly("timeouts");
        assertThat(ask(stage(timeout, 0), call())).isEqualTo(Admission.proceedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void standsInTwoPlacesWhenTheCallHasATotalTimeToo() {
        Timeout timeout = timeout(Map.of("timeout", "2s", "total", "10s"));

        assertThat(timeout.places()).extracting(Place::id).containsExactly("total-timeouts", "timeouts");
        assertThat(timeout.places()).extracting(Place::order).containsExactly(200, 700);
        assertThat(ask(stage(timeout, 0), call())).isEqualTo(Admission.proceedWhollyWithin(Duration.ofSeconds(10)));
    }

    @Test
    void limitsTheWholeStreamByItsTotalAndAnAttemptToTheFirstElementAlsoWhenTheTimesChange() {
        Timeout timeout = timeout(Map.of("timeout", "2s", "total", "10s"));

        timeout.reconfigure(configuration(Map.of("timeout", "3s", "total", "20s")));

        assertThat(ask(stage(timeout, 0), call())).isEqualTo(Admission.proceedWhollyWithin(Duration.ofSeconds(20)));
        assertThat(ask(stage(timeout, 1), call())).isEqualTo(Admission.proceedWithin(Duration.ofSeconds(3)));
    }

    @Test
    void wantsAThreadForEachCallOnlyWhereItIsTold() {
        assertThat(stage(timeout(Map.of("timeout", "2s")), 0).isolatesBodies()).isFalse();
        assertThat(stage(timeout(Map.of("timeout", "2s", "isolation", "thread")), 0)
                        .isolatesBodies())
                .isTrue();
    }

    @Test
    void refusesToChangeTheThreadAtRunTimeAndChangesNothingElseThen() {
        Timeout timeout = timeout(Map.of("timeout", "2s"));
        TimeoutConfiguration changed = configuration(Map.of("timeout", "3s", "isolation", "thread"));

        assertThatThrownBy(() -> timeout.reconfigure(changed))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("isolation")
                .hasMessageContaining("restart");
        assertThat(ask(stage(timeout, 0), call())).isEqualTo(Admission.proceedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void endsCallsAfterItsTimeHoweverLongTheyMightGoOn() {
        Policy stage = stage(timeout(Map.of("total", "2s")), 0);

        assertThat(stage.longest(Duration.ofSeconds(7), Placement.bare())).isEqualTo(Duration.ofSeconds(2));
        assertThat(stage.longest(Duration.ZERO, Placement.bare())).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void answersEveryCallWithTheSameObject() {
        Policy stage = stage(timeout(Map.of("timeout", "2s")), 0);

        assertThat(ask(stage, call())).isSameAs(ask(stage, call()));
    }

    @Test
    void countsTheExpiryOfEachStageOnceThoughTheySeeEachOthers() {
        Timeout timeout = timeout(Map.of("timeout", "2s", "total", "10s"));
        FakeCall total = call();
        FakeCall attempt = call();
        ask(stage(timeout, 0), total);
        ask(stage(timeout, 1), attempt);

        stage(timeout, 1).settle(expired(attempt, "upstream", 2));
        stage(timeout, 0).settle(expired(total, "upstream", 2));

        assertThat(numbers(timeout)).containsEntry("expired", 1L);
    }

    @Test
    void doesNotCountTheExpiryOfAnotherPolicy() {
        Timeout timeout = timeout(Map.of("timeout", "2s"));
        FakeCall call = call();
        ask(stage(timeout, 0), call);

        stage(timeout, 0).settle(expired(call, "other", 2));

        assertThat(numbers(timeout)).containsEntry("expired", 0L);
    }

    @Test
    void givesTheValueInsteadOfItsExpiry() {
        Policy stage = stage(timeout(Map.of("timeout", "2s")), 0);
        FakeCall call = call().attribute("value", zero);
        ask(stage, call);

        assertThat(stage.settle(expired(call, "upstream", 2))).isEqualTo(Verdict.divert(zero));
    }

    @Test
    void leavesTheValueToItsOutermostStageSoThatARetryBetweenSeesTheExpiry() {
        Timeout timeout = timeout(Map.of("timeout", "2s", "total", "10s"));
        FakeCall call = call().attribute("value", zero);

        assertThat(stage(timeout, 1).settle(expired(call, "upstream", 2))).isEqualTo(Verdict.proceed());
        assertThat(stage(timeout, 0).settle(expired(call, "upstream", 2))).isEqualTo(Verdict.divert(zero));
    }

    @Test
    void givesTheValueOnlyOnce() {
        Policy stage = stage(timeout(Map.of("timeout", "2s")), 0);
        FakeCall call = call().attribute("value", zero);
        ask(stage, call);
        stage.settle(expired(call, "upstream", 2));

        assertThat(stage.settle(expired(call, "upstream", 2))).isEqualTo(Verdict.proceed());
    }

    @Test
    void letsValuesAndOtherFailuresPass() {
        Policy stage = stage(timeout(Map.of("timeout", "2s")), 0);
        FakeCall call = call().attribute("value", zero);

        assertThat(stage.settle(call.gave("quote"))).isEqualTo(Verdict.proceed());
        assertThat(stage.settle(call.threw(new IllegalStateException()))).isEqualTo(Verdict.proceed());
    }

    @Test
    void takesAChangedTimeForTheNextCall() {
        Timeout timeout = timeout(Map.of("timeout", "2s"));

        kind.reconfigure(timeout, configuration(Map.of("timeout", "3s")));

        assertThat(ask(stage(timeout, 0), call())).isEqualTo(Admission.proceedWithin(Duration.ofSeconds(3)));
        assertThat(numbers(timeout)).containsEntry("timeout-millis", 3000L);
    }

    @Test
    void canLoseATimeButNotGainAStage() {
        Timeout timeout = timeout(Map.of("timeout", "2s", "total", "10s"));
        Timeout single = timeout(Map.of("timeout", "2s"));

        kind.reconfigure(timeout, configuration(Map.of("total", "9s")));

        assertThat(ask(stage(timeout, 1), call())).isEqualTo(Admission.proceed());
        assertThatThrownBy(() -> kind.reconfigure(single, configuration(Map.of("timeout", "1s", "total", "9s"))))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("total = '9s'")
                .hasMessageContaining("restart");
        assertThat(ask(stage(single, 0), call())).isEqualTo(Admission.proceedWithin(Duration.ofSeconds(2)));
    }

    @Test
    void refusesAConfigurationWithoutAnyTime() {
        assertThatThrownBy(() -> configuration(Map.of())).hasMessageContaining("neither 'timeout' nor 'total' is set");
    }

    @Test
    void refusesATotalTimeThatOneAttemptUsesUp() {
        assertThatThrownBy(() -> configuration(Map.of("timeout", "2s", "total", "2s")))
                .hasMessageContaining("total = '2s' (code): must be longer than 'timeout'");
    }

    @Test
    void refusesTimesOfZeroTogether() {
        assertThatThrownBy(() -> configuration(Map.of("timeout", "0", "total", "-1s")))
                .hasMessageContaining("timeout = '0'")
                .hasMessageContaining("total = '-1s'");
    }

    @Test
    void readsABareDurationAsTheTimeOfAnAttempt() {
        assertThat(kind.shorthand("2s")).contains("timeout");
        assertThat(kind.shorthand("PT2S")).contains("timeout");
        assertThat(kind.shorthand("upstream")).isEmpty();
    }

    private Timeout timeout(Map<String, String> texts) {
        PolicyContext context = new PolicyContext(time.time(), event -> {}, List.of());
        return kind.create("upstream", configuration(texts), context);
    }

    private static TimeoutConfiguration configuration(Map<String, String> texts) {
        return Configurations.of(TimeoutConfiguration.class, texts);
    }

    private Policy stage(Timeout timeout, int number) {
        return kind.places(timeout).get(number).policy();
    }

    private static Admission ask(Policy stage, FakeCall call) {
        return stage.admit(call);
    }

    private FakeCall call() {
        return new FakeCall(time);
    }

    private static FakeCall expired(FakeCall call, String name, int seconds) {
        long nanos = Duration.ofSeconds(seconds).toNanos();
        var expiry = new CallTimedOutException("timeouts", name, "Test.operation", nanos);
        return call.ended(Outcome.EXPIRED, null, expiry, true);
    }

    private Map<String, Number> numbers(Timeout timeout) {
        return kind.snapshot(timeout).numbers();
    }
}
