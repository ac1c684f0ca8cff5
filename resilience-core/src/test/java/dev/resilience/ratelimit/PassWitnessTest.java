package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.Entrance;
import dev.resilience.Guards;
import dev.resilience.Placement.Expression;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What others learn of charges, and what limiters learn of values. */
class PassWitnessTest {

    private static final Expression CALLER = (arguments, context) -> arguments[0];
    private static final OutcomeRule ERRORS =
            (value, failure) -> value instanceof Integer status && status >= 400 ? Judgement.FAILURE : null;
    private static final OutcomeRule TEAPOTS =
            (value, failure) -> Integer.valueOf(418).equals(value) ? Judgement.FAILURE : null;

    private final Guards guards = new Guards(new ManualTime().time());
    private final List<String> seen = new ArrayList<>();

    @Test
    void everyCallThatPassesIsShownWithItsKeyAfterItsCharge() {
        Entrance entrance = guards.with("rate-limiters", "callers", "limits=2/1m", Map.of("key", CALLER))
                .around("x")
                .entrance();
        witness("callers");

        entrance.enter("anna");
        entrance.enter("bert");
        entrance.enter("anna");
        catchThrowable(() -> entrance.enter("anna"));

        assertThat(seen).containsExactly("callers anna 1", "callers bert 1", "callers anna 0");
    }

    @Test
    void limitersThatDecideTogetherAreEachShownWhatIsLeft() {
        Entrance entrance = guards.with("rate-limiters", "wide", "limits=3/1m", Map.of("key", CALLER))
                .with("rate-limiters", "narrow", "limits=1/1m", Map.of("key", CALLER))
                .around("x")
                .entrance();
        witness("wide");
        witness("narrow");

        entrance.enter("anna");
        catchThrowable(() -> entrance.enter("anna"));

        assertThat(seen).containsExactly("wide anna 2", "narrow anna 0", "wide anna 2");
    }

    @Test
    void aValueMayBeAFailure() {
        Entrance entrance = guards.with(
                        "rate-limiters",
                        "login",
                        "limits=1/1m charge-on=failure",
                        Map.of(RateLimiterKind.OUTCOMES, ERRORS))
                .around("x")
                .entrance();

        entrance.enter().returned(200);
        entrance.enter().returned(null);
        entrance.enter().returned(401);

        assertThat(catchThrowable(entrance::enter)).isInstanceOf(RateLimitedException.class);
    }

    @Test
    void limitersThatDecideTogetherJudgeEachForItself() {
        Entrance entrance = guards.with(
                        "rate-limiters",
                        "errors",
                        "limits=9/1m charge-on=failure",
                        Map.of(RateLimiterKind.OUTCOMES, ERRORS))
                .with(
                        "rate-limiters",
                        "teapots",
                        "limits=9/1m charge-on=failure",
                        Map.of(RateLimiterKind.OUTCOMES, TEAPOTS))
                .with(
                        "rate-limiters",
                        "successes",
                        "limits=9/1m charge-on=success",
                        Map.of(RateLimiterKind.OUTCOMES, TEAPOTS))
                .around("x")
                .entrance();

        entrance.enter().returned(401);
        entrance.enter().returned(418);
        entrance.enter().returned(200);

        assertThat(guards.numbers("rate-limiters", "errors")).containsEntry("used", 2L);
        assertThat(guards.numbers("rate-limiters", "teapots")).containsEntry("used", 1L);
        assertThat(guards.numbers("rate-limiters", "successes")).containsEntry("used", 2L);
    }

    private void witness(String name) {
        RateLimiterPolicy policy =
                (RateLimiterPolicy) guards.instance("rate-limiters", name).state();
        policy.showTo((limiter, call) -> seen.add(name + " " + call.key() + " "
                + limiter.usage(call.key(), call.tier()).tightest().remaining()));
    }
}
