package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Results that are loaded anew behind hits: after their time, or shortly before it is over. */
class RefreshTest {

    private final CacheHarness quotes = StaleIfErrorTest.harness(Map.of("stale-while-revalidate", "30s"));
    private final FakeCall refreshing = quotes.call("ACME");

    @Test
    void givesAResultThatHasExpiredAndLetsOneCallLoadItAnew() {
        expired();

        assertThat(quotes.policy.admit(refreshing)).isEqualTo(Admission.returningAndRefreshing(42));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        assertThat(quotes.policy.settle(refreshing.gave(43))).isEqualTo(Verdict.proceed());

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(43));
        assertThat(quotes.cache.running()).isZero();
    }

    @Test
    void givesItUntilItsTimeHasBeenOverForThatLongAndNotAMomentLonger() {
        quotes.load(quotes.call("ACME"), 42);

        quotes.time.advance(Duration.ofSeconds(60).minusNanos(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));

        quotes.time.advance(Duration.ofSeconds(30));
        assertThat(quotes.policy.admit(refreshing)).isEqualTo(Admission.returningAndRefreshing(42));

        quotes.time.advanceNanos(1);
        assertThat(quotes.ask("ACME").step()).isEqualTo(Admission.Step.ASK_AGAIN);
    }

    @Test
    void loadsWhatIsTooOldAsIfNothingWereThere() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofSeconds(90));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void loadsAnewInTheLastPartOfTheTime() {
        CacheHarness ahead = StaleIfErrorTest.harness(Map.of("refresh-ahead", "20"));
        ahead.load(ahead.call("ACME"), 42);

        ahead.time.advance(Duration.ofSeconds(48).minusNanos(1));
        assertThat(ahead.ask("ACME")).isEqualTo(Admission.returning(42));

        ahead.time.advanceNanos(1);
        FakeCall refreshing = ahead.call("ACME");
        assertThat(ahead.policy.admit(refreshing)).isEqualTo(Admission.returningAndRefreshing(42));
        assertThat(ahead.ask("ACME")).isEqualTo(Admission.returning(42));

        ahead.policy.settle(refreshing.gave(43));
        ahead.time.advance(Duration.ofSeconds(47));
        assertThat(ahead.ask("ACME")).isEqualTo(Admission.returning(43));
    }

    @Test
    void countsTheLastPartFromTheTimeThatJitterHasLeft() {
        CacheHarness ahead = StaleIfErrorTest.harness(Map.of("refresh-ahead", "20", "ttl-jitter", "50"));
        ahead.time.random(1);
        ahead.load(ahead.call("ACME"), 42);

        ahead.time.advance(Duration.ofSeconds(24).minusNanos(1));
        assertThat(ahead.ask("ACME")).isEqualTo(Admission.returning(42));
        ahead.time.advanceNanos(1);
        assertThat(ahead.ask("ACME")).isEqualTo(Admission.returningAndRefreshing(42));
    }

    @Test
    void givesNothingBeyondItsTimeWhereThatIsOnlyRefreshedAhead() {
        CacheHarness ahead = StaleIfErrorTest.harness(Map.of("refresh-ahead", "20"));
        ahead.load(ahead.call("ACME"), 42);
        ahead.time.advance(Duration.ofSeconds(60));

        assertThat(ahead.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void hasThoseFollowTheRefreshWhoComeTooLateForTheOldResult() {
        expired();
        quotes.policy.admit(refreshing);
        quotes.time.advance(Duration.ofSeconds(30));
        FakeCall follower = quotes.call("ACME");

        assertThat(quotes.policy.admit(follower).step()).isEqualTo(Admission.Step.ASK_AGAIN);
        quotes.policy.settle(refreshing.gave(43));

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.returning(43));
    }

    @Test
    void onlyGivesTheOldResultWhileALoadOfTheKeyRuns() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofSeconds(90));
        FakeCall leader = quotes.call("ACME");
        quotes.policy.admit(leader);
        longerWindow();

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        assertThat(quotes.cache.running()).isOne();
    }

    @Test
    void keepsTheOldResultWhenTheRefreshFailsAndTriesAgainAfterASecond() {
        expired();
        quotes.policy.admit(refreshing);
        quotes.policy.settle(refreshing.threw(new IOException()));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        quotes.time.advance(Duration.ofSeconds(1).minusNanos(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        quotes.time.advanceNanos(1);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returningAndRefreshing(42));
    }

    @Test
    void waitsAsLongAsTheFailedRefreshHasTakenIfThatIsLonger() {
        expired();
        quotes.policy.admit(refreshing);
        quotes.time.advance(Duration.ofSeconds(5));
        quotes.policy.settle(refreshing.threw(new IOException()));

        quotes.time.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        quotes.time.advanceNanos(1);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returningAndRefreshing(42));
    }

    @Test
    void waitsAfterAFailedRefreshThoughTheResultWasWeighedAnewMeanwhile() {
        CacheHarness weighed =
                new CacheHarness(weighing("one"), List.of(), Map.of("one", weigher(1), "two", weigher(2)));
        FakeCall failing = weighed.call("ACME");
        weighed.load(weighed.call("ACME"), 42);
        weighed.time.advance(Duration.ofSeconds(60));
        weighed.policy.admit(failing);

        weighed.reconfigure(weighing("two"));
        weighed.policy.settle(failing.threw(new IOException()));

        assertThat(weighed.number("weight")).isEqualTo(2L);
        assertThat(weighed.ask("ACME")).isEqualTo(Admission.returning(42));
        weighed.time.advance(Duration.ofSeconds(1));
        assertThat(weighed.ask("ACME")).isEqualTo(Admission.returningAndRefreshing(42));
    }

    private static Map<String, String> weighing(String weigher) {
        return Map.of(
                "ttl", "1m", "ttl-jitter", "0", "stale-while-revalidate", "30s", "max-weight", "9", "weigher", weigher);
    }

    private static ResultWeigher weigher(long weight) {
        return result -> weight;
    }

    /** Only an earlier configuration can have let an old result go so far. */
    @Test
    void loadsRatherThanGiveWhatIsKeptBehindAFailureWhoseTimeIsOver() {
        CacheHarness both = StaleIfErrorTest.harness(Map.of("negative-ttl", "5s", "stale-if-error", "1h"));
        both.load(both.call("ACME"), 42);
        both.time.advance(Duration.ofSeconds(60));
        assertThat(both.fail(new IOException(), "ACME")).isEqualTo(Verdict.returning(42));

        both.kind.reconfigure(
                both.cache,
                StaleIfErrorTest.configuration(
                        Map.of("negative-ttl", "5s", "stale-if-error", "1h", "stale-while-revalidate", "30s")));
        assertThat(both.ask("ACME")).isEqualTo(Admission.returning(42));
        both.time.advance(Duration.ofSeconds(5));

        assertThat(both.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void failsThoseWhoFollowARefreshThatFails() {
        IOException failure = new IOException();
        FakeCall follower = followedRefresh(quotes);

        quotes.policy.settle(refreshing.threw(failure));

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.fail(failure));
        assertThat(quotes.cache.running()).isZero();
    }

    @Test
    void leavesTheirTimesToStaleIfErrorAndToTheLastGoodValue() {
        CacheHarness both = StaleIfErrorTest.harness(Map.of("stale-while-revalidate", "30s", "stale-if-error", "5m"));
        FakeCall leader = both.call("ACME");
        both.load(both.call("ACME"), 42);
        both.time.advance(Duration.ofMinutes(3));

        assertThat(both.policy.admit(leader)).isEqualTo(Admission.proceed());
        assertThat(both.policy.settle(leader.threw(new IOException()))).isEqualTo(Verdict.returning(42));
        assertThat(both.kind
                        .recollection(both.cache, Duration.ofMinutes(3))
                        .orElseThrow()
                        .recall(both.call("ACME")))
                .isEqualTo(Verdict.returning(42));
    }

    @Test
    void keepsResultsForItsOwnTimeWhereThatIsTheLongest() {
        CacheHarness both = StaleIfErrorTest.harness(Map.of("stale-while-revalidate", "1h", "stale-if-error", "1m"));
        both.load(both.call("ACME"), 42);
        both.time.advance(Duration.ofMinutes(61).minusNanos(1));

        assertThat(both.ask("ACME")).isEqualTo(Admission.returningAndRefreshing(42));
    }

    @Test
    void livesWithTheLongestTimes() {
        CacheHarness longest = StaleIfErrorTest.harness(
                Map.of("ttl", "100000d", "stale-while-revalidate", "100000d", "refresh-ahead", "1"));
        longest.load(longest.call("ACME"), 42);

        assertThat(longest.ask("ACME")).isEqualTo(Admission.returning(42));
    }

    @Test
    void givesTheOldestThatStaleIfErrorAllowsToThoseWhoFollowARefreshThatFails() {
        CacheHarness both = StaleIfErrorTest.harness(Map.of("stale-while-revalidate", "30s", "stale-if-error", "5m"));
        FakeCall leader = both.call("ACME");
        FakeCall follower = both.call("ACME");
        both.load(both.call("ACME"), 42);
        both.time.advance(Duration.ofSeconds(60));
        both.policy.admit(leader);
        both.time.advance(Duration.ofSeconds(30));
        both.policy.admit(follower);

        both.policy.settle(leader.threw(new IOException()));

        assertThat(both.policy.admit(follower)).isEqualTo(Admission.returning(42));
        assertThat(both.number("stale-served")).isEqualTo(1L);
    }

    @Test
    void handsARefreshThatIsGivenUpToThoseWhoFollowIt() {
        FakeCall follower = followedRefresh(quotes);

        quotes.cancel(refreshing);

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.proceed());
        quotes.policy.settle(follower.gave(43));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(43));
    }

    @Test
    void endsARefreshThatIsGivenUpWhereNobodyFollowsIt() {
        expired();
        quotes.policy.admit(refreshing);

        quotes.cancel(refreshing);

        assertThat(quotes.cache.running()).isZero();
        assertThat(quotes.number("refresh-failures")).isEqualTo(0L);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
    }

    @Test
    void leavesGuardsFurtherInAloneForAWhileThatHaveRefusedARefresh() {
        expired();
        quotes.policy.admit(refreshing);

        quotes.policy.settle(refreshing.ended(Outcome.REFUSED, null, new Refusal(), false));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        assertThat(quotes.number("refresh-failures")).isEqualTo(1L);
        quotes.time.advance(Duration.ofSeconds(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returningAndRefreshing(42));
    }

    @Test
    void dropsTheOldResultWhereTheNewOneIsNotWorthKeeping() {
        CacheHarness choosy = StaleIfErrorTest.harness(Map.of("stale-while-revalidate", "30s", "cache-null", "false"));
        FakeCall call = choosy.call("ACME");
        choosy.load(choosy.call("ACME"), 42);
        choosy.time.advance(Duration.ofMinutes(1));
        choosy.policy.admit(call);

        choosy.policy.settle(call.gave(null));

        assertThat(choosy.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void keepsNothingThatWasInvalidatedWhileItWasRefreshed() {
        expired();
        quotes.policy.admit(refreshing);

        quotes.cache.invalidate("ACME");
        FakeCall leader = quotes.call("ACME");
        assertThat(quotes.policy.admit(leader)).isEqualTo(Admission.proceed());
        quotes.policy.settle(refreshing.gave(43));

        assertThat(quotes.ask("ACME").step()).isEqualTo(Admission.Step.ASK_AGAIN);
        quotes.policy.settle(leader.gave(44));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(44));
    }

    @Test
    void keepsNothingWhereResultsAreNotToBeKeptAnyMore() {
        expired();
        quotes.policy.admit(refreshing);

        reconfigure(Map.of("ttl", "0"));
        quotes.policy.settle(refreshing.gave(43));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("entries")).isEqualTo(0L);
    }

    @Test
    void refreshesNoMoreAheadWhenThatIsSwitchedOff() {
        reconfigure(Map.of("refresh-ahead", "50"));
        quotes.load(quotes.call("ACME"), 42);
        reconfigure(Map.of());
        quotes.time.advance(Duration.ofSeconds(59));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        assertThat(quotes.cache.running()).isZero();
    }

    @Test
    void countsHitsLoadsAndWhichOfThemWereRefreshes() {
        expired();
        quotes.policy.admit(refreshing);
        quotes.policy.settle(refreshing.threw(new IOException()));
        quotes.time.advance(Duration.ofSeconds(1));
        FakeCall again = quotes.call("ACME");
        quotes.policy.admit(again);
        quotes.policy.settle(again.gave(43));

        assertThat(quotes.number("hits")).isEqualTo(2L);
        assertThat(quotes.number("misses")).isEqualTo(1L);
        assertThat(quotes.number("loads")).isEqualTo(2L);
        assertThat(quotes.number("refreshes")).isEqualTo(1L);
        assertThat(quotes.number("refresh-failures")).isEqualTo(1L);
        assertThat(quotes.number("load-failures")).isEqualTo(1L);
        quotes.cache.clear();
        assertThat(quotes.number("refreshes")).isEqualTo(0L);
        assertThat(quotes.number("refresh-failures")).isEqualTo(0L);
    }

    private void expired() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofSeconds(60));
    }

    /** A refresh, and one who has come too late for the old result. */
    private FakeCall followedRefresh(CacheHarness quotes) {
        expired();
        quotes.policy.admit(refreshing);
        quotes.time.advance(Duration.ofSeconds(30));
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(follower);
        return follower;
    }

    private void longerWindow() {
        reconfigure(Map.of("stale-while-revalidate", "1h"));
    }

    private void reconfigure(Map<String, String> settings) {
        quotes.kind.reconfigure(quotes.cache, StaleIfErrorTest.configuration(settings));
    }

    private static final class Refusal extends CallRejectedException {
        private Refusal() {
            super("circuit-breakers", "upstream", UNKNOWN);
        }

        @Override
        protected String reason() {
            return "it is open";
        }
    }
}
