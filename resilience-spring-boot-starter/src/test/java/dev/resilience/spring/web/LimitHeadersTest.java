package dev.resilience.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.config.HeaderStyle;
import dev.resilience.spring.config.ResetStyle;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitHeadersTest {

    /** Seconds since 1970 when time by hand begins. */
    private static final long EPOCH = 1_767_225_600L;

    private final Limiters limiters = new Limiters();

    @Test
    void nobodyIsToldAnythingWhereNoLimiterDecided() {
        assertThat(headers(HeaderStyle.BOTH, ResetStyle.EPOCH).allowed(List.of()))
                .isEmpty();
    }

    @Test
    void anAllowedCallerLearnsLimitRemainingResetAndWindow() throws Exception {
        Standing standing = limiters.after(2, "login", "5/1m");

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.EPOCH).allowed(List.of(standing)))
                .containsExactly(
                        Map.entry("X-RateLimit-Limit", "5"),
                        Map.entry("X-RateLimit-Remaining", "3"),
                        Map.entry("X-RateLimit-Reset", Long.toString(EPOCH + 60)),
                        Map.entry("X-RateLimit-Window", "60"));
    }

    @Test
    void theResetIsInSecondsFromNowOnRequest() throws Exception {
        limiters.advance(Duration.ofDays(3));
        Standing standing = limiters.after(1, "login", "5/1m");

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).allowed(List.of(standing)))
                .containsEntry("X-RateLimit-Reset", "60");
    }

    @Test
    void theResetIsRoundedUpAndNotTheClockBeforeIt() throws Exception {
        limiters.advance(Duration.ofMillis(1_700));
        Standing standing = limiters.after(1, "login", "5/1500ms");

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.EPOCH).allowed(List.of(standing)))
                .containsEntry("X-RateLimit-Reset", Long.toString(EPOCH + 4))
                .containsEntry("X-RateLimit-Window", "2");
        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).allowed(List.of(standing)))
                .containsEntry("X-RateLimit-Reset", "2");
    }

    @Test
    void nothingUsedMeansAResetNow() throws Exception {
        Standing standing = limiters.after(0, "login", "5/1m");

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).allowed(List.of(standing)))
                .containsEntry("X-RateLimit-Remaining", "5")
                .containsEntry("X-RateLimit-Reset", "0");
    }

    @Test
    void anAllowedCallerLearnsOfTheWindowNearestToExhaustion() throws Exception {
        Standing minute = limiters.after(3, "agents", "10/1m, 12/1h");
        Standing day = limiters.after(1, "plan", "4/1d");

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).allowed(List.of(minute)))
                .containsEntry("X-RateLimit-Limit", "10");
        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).allowed(List.of(day, minute)))
                .containsEntry("X-RateLimit-Limit", "10");
        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA)
                        .allowed(List.of(minute, limiters.after(2, "half", "4/1d"))))
                .containsEntry("X-RateLimit-Limit", "4");
    }

    @Test
    void ofTwoExhaustedWindowsTheOneThatLastsIsTold() throws Exception {
        Standing standing = limiters.after(2, "agents", "2/1m, 2/1h");

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).allowed(List.of(standing)))
                .containsEntry("X-RateLimit-Window", "3600")
                .containsEntry("X-RateLimit-Reset", "3600");
    }

    @Test
    void theIetfHeadersTellEveryPolicyAndWindow() throws Exception {
        List<Standing> standings =
                List.of(limiters.after(1, "agents", "10/1m, 50/1h"), limiters.after(2, "POST /login", "5/1m"));

        assertThat(headers(HeaderStyle.IETF, ResetStyle.EPOCH).allowed(standings))
                .containsExactly(
                        Map.entry(
                                "RateLimit-Policy",
                                "\"agents/1m\";q=10;w=60, \"agents/1h\";q=50;w=3600, \"POST /login\";q=5;w=60"),
                        Map.entry(
                                "RateLimit",
                                "\"agents/1m\";r=9;t=60, \"agents/1h\";r=49;t=3600, \"POST /login\";r=3;t=60"));
    }

    @Test
    void ofATokenBucketItsBurstIsTold() throws Exception {
        List<Standing> standings = List.of(limiters.afterBucket(0, "smooth", "10/1s", "20"));

        assertThat(headers(HeaderStyle.BOTH, ResetStyle.DELTA).allowed(standings))
                .containsEntry("X-RateLimit-Limit", "20")
                .containsEntry("X-RateLimit-Remaining", "20")
                .containsEntry("RateLimit-Policy", "\"smooth\";q=20;w=1")
                .containsEntry("RateLimit", "\"smooth\";r=20;t=0");
    }

    @Test
    void aTokenBucketIsAsNearToExhaustionAsItsBurstIsUsed() throws Exception {
        List<Standing> standings =
                List.of(limiters.after(2, "plan", "9/1d"), limiters.afterBucket(8, "smooth", "10/1s", "20"));

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).allowed(standings))
                .containsEntry("X-RateLimit-Limit", "20")
                .containsEntry("X-RateLimit-Remaining", "12");
    }

    @Test
    void bothStylesAreToldTogetherAndNoneNotAtAll() throws Exception {
        List<Standing> standings = List.of(limiters.after(1, "login", "5/1m"));

        assertThat(headers(HeaderStyle.BOTH, ResetStyle.EPOCH).allowed(standings))
                .hasSize(6);
        assertThat(headers(HeaderStyle.NONE, ResetStyle.EPOCH).allowed(standings))
                .isEmpty();
    }

    @Test
    void aRefusedCallerLearnsOfTheLongestWait() throws Exception {
        RateLimitedException refusal = limiters.refusal("agents", "2/1m, 2/1h, 9/1d");

        assertThat(headers(HeaderStyle.BOTH, ResetStyle.DELTA)
                        .refused(refusal, List.of(limiters.after(9, "plan", "10/1d"))))
                .containsEntry("X-RateLimit-Limit", "2")
                .containsEntry("X-RateLimit-Remaining", "0")
                .containsEntry("X-RateLimit-Window", "3600")
                .containsEntry("X-RateLimit-Reset", "3600")
                .containsEntry(
                        "RateLimit",
                        "\"agents/1m\";r=0;t=3600, \"agents/1h\";r=0;t=3600, \"agents/1d\";r=7;t=86400,"
                                + " \"plan\";r=1;t=86400");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999_999_999, 1_000_000_000, 1_000_000_001, 29_500_000_000L, 59_999_999_999L})
    void theResetOfARefusedCallerIsNeverBeforeItsRetryAfter(long nanos) {
        RateLimitedException refused = limiters.refusal("login", "2/1m");
        limiters.rig.time.advanceNanos(nanos);
        long begun = limiters.rig.time.time().wall().instant().getEpochSecond();
        long retryAfter = StructuredField.seconds(refused.retryAfter().orElseThrow());

        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.EPOCH).refused(refused, List.of()))
                .hasEntrySatisfying("X-RateLimit-Reset", reset -> assertThat(Long.parseLong(reset))
                        .isBetween(begun + retryAfter, begun + retryAfter + 1));
        assertThat(headers(HeaderStyle.LEGACY, ResetStyle.DELTA).refused(refused, List.of()))
                .containsEntry("X-RateLimit-Reset", Long.toString(retryAfter));
    }

    @Test
    void whatStoodWithTheRefusingLimiterBeforeIsToldOnce() throws Exception {
        RateLimitedException refusal = limiters.refusal("login", "2/1m");
        Standing before = new Standing("login", refusal.usage());

        assertThat(headers(HeaderStyle.IETF, ResetStyle.EPOCH).refused(refusal, List.of(before)))
                .containsEntry("RateLimit-Policy", "\"login\";q=2;w=60");
    }

    @Test
    void numbersThatNoStructuredFieldHoldsAreCutOff() throws Exception {
        Standing standing = limiters.after(1, "huge", Long.MAX_VALUE + "/3650d");

        assertThat(headers(HeaderStyle.BOTH, ResetStyle.EPOCH).allowed(List.of(standing)))
                .containsEntry("RateLimit-Policy", "\"huge\";q=999999999999999;w=315360000")
                .containsEntry("X-RateLimit-Limit", Long.toString(Long.MAX_VALUE));
    }

    private LimitHeaders headers(HeaderStyle style, ResetStyle reset) {
        return new LimitHeaders(style, reset, limiters.rig.time.time().wall());
    }
}
