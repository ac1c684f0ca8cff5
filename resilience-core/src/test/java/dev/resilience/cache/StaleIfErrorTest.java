package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.FakeCall;
import dev.resilience.KeyedPipeline;
import dev.resilience.Outcome;
import dev.resilience.Resilience;
import dev.resilience.Verdict;
import dev.resilience.failure.FailureClassifier;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StaleIfErrorTest {

    private final CacheHarness quotes = harness(Map.of("stale-if-error", "5m"));

    @Test
    void givesAnExpiredResultWhereLoadingANewOneFails() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(3));

        assertThat(reloadFails(new IOException())).isEqualTo(Verdict.returning(42));
        assertThat(quotes.number("stale-served")).isEqualTo(1L);
        assertThat(quotes.number("load-failures")).isEqualTo(1L);
    }

    @Test
    void isNoHit() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("hits")).isEqualTo(0L);
    }

    @Test
    void givesItUntilItsTimeHasBeenOverForThatLongAndNotAMomentLonger() {
        quotes.load(quotes.call("ACME"), 42);

        quotes.time.advance(Duration.ofMinutes(6).minusNanos(1));
        assertThat(reloadFails(new IOException())).isEqualTo(Verdict.returning(42));

        quotes.time.advanceNanos(1);
        assertThat(reloadFails(new IOException())).isEqualTo(Verdict.proceed());
    }

    @Test
    void givesNothingUnlessItIsAskedTo() {
        CacheHarness plain = harness(Map.of());
        plain.load(plain.call("ACME"), 42);
        plain.time.advance(Duration.ofMinutes(1));
        FakeCall call = plain.call("ACME");
        plain.policy.admit(call);

        assertThat(plain.policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.proceed());
    }

    @Test
    void givesNothingThatWasNeverThere() {
        assertThat(reloadFails(new IOException())).isEqualTo(Verdict.proceed());
        assertThat(quotes.number("stale-served")).isEqualTo(0L);
    }

    @Test
    void coversExpiriesAndRefusalsOfGuardsFurtherIn() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));
        var expiry = new CallTimedOutException("timeouts", "upstream", "Test.operation", 1);

        assertThat(reload(Outcome.EXPIRED, expiry, true)).isEqualTo(Verdict.returning(42));
        assertThat(reload(Outcome.REFUSED, new Refusal(false), false)).isEqualTo(Verdict.returning(42));
    }

    @Test
    void neverCoversErrorsInterruptsCancellationsAndRefusalsOfTheCaller() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));

        assertThat(reloadFails(new AssertionError())).isEqualTo(Verdict.proceed());
        assertThat(reloadFails(new InterruptedIOException())).isEqualTo(Verdict.proceed());
        assertThat(reload(Outcome.CANCELLED, null, true)).isEqualTo(Verdict.proceed());
        assertThat(reload(Outcome.REFUSED, new Refusal(true), false)).isEqualTo(Verdict.proceed());
        assertThat(reloadFails(new IllegalStateException(new Refusal(true)))).isEqualTo(Verdict.proceed());
        assertThat(quotes.number("stale-served")).isEqualTo(0L);
    }

    @Test
    void letsAnAnswerThroughThatTellsOfTheResultRatherThanOfAFailure() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));

        assertThat(reloadFails(new Answer(404))).isEqualTo(Verdict.proceed());
        assertThat(reloadFails(new Answer(503))).isEqualTo(Verdict.returning(42));
    }

    @Test
    void takesAReturnedAnswerThatTellsOfAFailureForOne() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));

        assertThat(reloadGives(new Answer(503))).isEqualTo(Verdict.returning(42));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void neverKeepsAReturnedAnswerThatTellsOfAFailure() {
        Answer unavailable = new Answer(503);
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);

        assertThat(quotes.policy.settle(leader.gave(unavailable))).isEqualTo(Verdict.proceed());
        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.returning(unavailable));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("load-failures")).isEqualTo(1L);
    }

    @Test
    void givesItToAllWhoWaitThoughTheLeaderWasRefused() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);

        quotes.policy.settle(leader.ended(Outcome.REFUSED, null, new Refusal(false), false));

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.returning(42));
        assertThat(quotes.number("stale-served")).isEqualTo(2L);
        assertThat(quotes.cache.running()).isZero();
    }

    @Test
    void givesItToThoseWhoWaitWhenTheLeaderIsPastADeadlineOfHisOwn() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));
        FakeCall leader = quotes.call("ACME").remaining(0);
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);

        var expiry = new CallTimedOutException("timeouts", "total", "Test.operation", 1);
        quotes.policy.settle(leader.ended(Outcome.EXPIRED, null, expiry, true));

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.returning(42));
        assertThat(quotes.number("stale-served")).isEqualTo(1L);
    }

    @Test
    void givesNothingThatWasInvalidatedMeanwhile() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));
        FakeCall leader = quotes.call("ACME");
        quotes.policy.admit(leader);

        quotes.cache.invalidate("ACME");

        assertThat(quotes.policy.settle(leader.threw(new IOException()))).isEqualTo(Verdict.proceed());
    }

    @Test
    void givesNothingThatANewerResultHasOvertakenThoughThatIsNotKept() {
        CacheHarness choosy = harness(Map.of("stale-if-error", "5m", "cache-null", "false"));
        choosy.load(choosy.call("ACME"), 42);
        choosy.time.advance(Duration.ofMinutes(1));
        choosy.load(choosy.call("ACME"), null);
        FakeCall call = choosy.call("ACME");
        choosy.policy.admit(call);

        assertThat(choosy.policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.proceed());
    }

    @Test
    void givesItInsteadOfTheSubstituteOfAGuardFurtherInAndKeepsThatInNoCase() {
        FakeCall first = quotes.call("ACME");
        quotes.policy.admit(first);
        assertThat(quotes.policy.settle(first.gave("a fallback").substitute())).isEqualTo(Verdict.proceed());
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));
        FakeCall second = quotes.call("ACME");
        quotes.policy.admit(second);

        assertThat(quotes.policy.settle(second.gave("a fallback").substitute())).isEqualTo(Verdict.returning(42));
        assertThat(quotes.number("loads")).isEqualTo(1L);
        assertThat(quotes.number("load-failures")).isEqualTo(2L);
    }

    @Test
    void countsNothingAsServedThatItOnlyWouldHaveGiven() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));
        FakeCall call = quotes.call("ACME").pretending();
        quotes.policy.admit(call);

        assertThat(quotes.policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.returning(42));
        assertThat(quotes.number("stale-served")).isEqualTo(0L);
    }

    @Test
    void takesAChangeWhileItRuns() {
        CacheHarness plain = harness(Map.of());
        plain.load(plain.call("ACME"), 42);
        plain.kind.reconfigure(plain.cache, CacheHarness.configuration(settings(Map.of("stale-if-error", "5m"))));
        plain.time.advance(Duration.ofMinutes(1));
        FakeCall call = plain.call("ACME");
        plain.policy.admit(call);

        assertThat(plain.policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.returning(42));
    }

    @Test
    void givesItToTwoFuturesOfOneLoad() {
        KeyedPipeline pipeline = Resilience.builder()
                .time(quotes.time.time())
                .policy("caches", "quotes", settings(Map.of("stale-if-error", "5m")))
                .pipeline("quotes", Map.of("caches", "quotes"))
                .build()
                .pipeline("quotes")
                .forKey("ACME");
        pipeline.callAsync(() -> CompletableFuture.completedFuture("good"));
        quotes.time.advance(Duration.ofMinutes(1));
        CompletableFuture<String> load = new CompletableFuture<>();
        CompletableFuture<String> leader = pipeline.callAsync(() -> load);
        CompletableFuture<String> follower = pipeline.callAsync(() -> CompletableFuture.completedFuture("never asked"));

        load.completeExceptionally(new IOException());

        assertThat(leader).isCompletedWithValue("good");
        assertThat(follower).isCompletedWithValue("good");
    }

    @Test
    void livesWithTheLongestTimes() {
        CacheHarness longest = harness(Map.of("ttl", "100000d", "stale-if-error", "100000d"));

        longest.load(longest.call("ACME"), 42);

        assertThat(longest.ask("ACME")).isEqualTo(Admission.returning(42));
    }

    private Verdict reloadFails(Throwable failure) {
        return reload(Outcome.FAILURE, failure, true);
    }

    private Verdict reload(Outcome outcome, @Nullable Throwable failure, boolean invoked) {
        FakeCall call = quotes.call("ACME");
        assertThat(quotes.policy.admit(call)).isEqualTo(Admission.proceed());
        return quotes.policy.settle(call.ended(outcome, null, failure, invoked));
    }

    private Verdict reloadGives(Object value) {
        FakeCall call = quotes.call("ACME");
        assertThat(quotes.policy.admit(call)).isEqualTo(Admission.proceed());
        return quotes.policy.settle(call.gave(value));
    }

    static CacheConfiguration configuration(Map<String, String> texts) {
        return CacheHarness.configuration(settings(texts));
    }

    static CacheHarness harness(Map<String, String> texts) {
        return new CacheHarness(settings(texts), List.of(new Statuses()));
    }

    private static Map<String, String> settings(Map<String, String> texts) {
        Map<String, String> all = new HashMap<>(Map.of("ttl", "1m", "ttl-jitter", "0"));
        all.putAll(texts);
        return all;
    }

    /** An answer with a status, thrown or returned. */
    static final class Answer extends RuntimeException {
        private final int status;

        Answer(int status) {
            this.status = status;
        }
    }

    static final class Statuses implements FailureClassifier {

        @Override
        public @Nullable Knowledge classify(Throwable throwable) {
            return throwable instanceof Answer answer ? classifyResult(answer) : null;
        }

        @Override
        public boolean knowsResults(Class<?> type) {
            return type == Answer.class;
        }

        @Override
        public Knowledge classifyResult(Object result) {
            return new Knowledge(((Answer) result).status, null, false);
        }
    }

    static final class Refusal extends CallRejectedException {
        private final boolean blamesCaller;

        Refusal(boolean blamesCaller) {
            super("bulkheads", "upstream", UNKNOWN);
            this.blamesCaller = blamesCaller;
        }

        @Override
        public boolean blamesCaller() {
            return blamesCaller;
        }

        @Override
        protected String reason() {
            return "it is full";
        }
    }
}
