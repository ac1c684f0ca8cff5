package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.Recollection;
import dev.resilience.Verdict;
import dev.resilience.WithdrawnException;
import dev.resilience.cache.StaleIfErrorTest.Answer;
import dev.resilience.cache.StaleIfErrorTest.Refusal;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;

/** A ttl of a minute, and five seconds for failures. */
class KeptFailuresTest {

    private static final Map<String, String> NEGATIVE = Map.of("negative-ttl", "5s");

    private final CacheHarness quotes = StaleIfErrorTest.harness(NEGATIVE);
    private final IOException down = new IOException("down");

    @Test
    void givesTheVeryFailureToAllWhoAskUntilItsTimeIsUpAndNotAMomentLonger() {
        assertThat(quotes.fail(down, "ACME")).isEqualTo(Verdict.proceed());

        quotes.time.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.fail(down));
        assertThat(quotes.ask("OTHER")).isEqualTo(Admission.proceed());

        quotes.time.advanceNanos(1);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void countsThoseWhoGetItNeitherAsHitsNorAsMisses() {
        quotes.fail(down, "ACME");
        quotes.ask("ACME");
        quotes.ask("ACME");
        quotes.load(quotes.call("OTHER"), 42);
        quotes.ask("OTHER");

        assertThat(quotes.number("negative-hits")).isEqualTo(2L);
        assertThat(quotes.number("hits")).isEqualTo(1L);
        assertThat(quotes.number("misses")).isEqualTo(2L);
        assertThat(quotes.number("hit-rate")).isEqualTo(0.2);
        assertThat(quotes.number("load-failures")).isEqualTo(1L);
        quotes.cache.clear();
        assertThat(quotes.number("negative-hits")).isEqualTo(0L);
    }

    @Test
    void shortensTheirTimeByChanceToo() {
        CacheHarness shortened = new CacheHarness(Map.of("negative-ttl", "10s", "ttl-jitter", "50"));
        shortened.time.random(0.5);
        shortened.fail(down, "ACME");

        shortened.time.advance(Duration.ofMillis(7_500));

        assertThat(shortened.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void givesThoseWhoWaitTheFailureAsEver() {
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);
        quotes.policy.settle(leader.threw(down));

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.fail(down));
        assertThat(quotes.number("negative-hits")).isEqualTo(0L);
    }

    @Test
    void keepsOnlyThoseThatAreNamedWhereAnyAre() {
        CacheHarness choosy =
                StaleIfErrorTest.harness(Map.of("negative-ttl", "5s", "negative-on", "FileNotFoundException"));
        FileNotFoundException gone = new FileNotFoundException();
        choosy.fail(down, "DOWN");
        choosy.fail(gone, "GONE");
        choosy.fail(new IllegalStateException(gone), "WRAPPED");

        assertThat(choosy.ask("DOWN")).isEqualTo(Admission.proceed());
        assertThat(choosy.ask("GONE")).isEqualTo(Admission.fail(gone));
        assertThat(choosy.ask("WRAPPED").step()).isEqualTo(Admission.Step.FAIL);
    }

    @ParameterizedTest
    @MethodSource
    void neverKeepsWhatIsTheBusinessOfOneCall(Throwable failure) {
        quotes.fail(failure, "ACME");
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());

        CacheHarness other = StaleIfErrorTest.harness(NEGATIVE);
        other.fail(new IllegalStateException("wrapped", failure), "ACME");
        assertThat(other.ask("ACME")).isEqualTo(Admission.proceed());
    }

    static List<Throwable> neverKeepsWhatIsTheBusinessOfOneCall() {
        return List.of(
                new AssertionError(),
                new InterruptedIOException(),
                new CancellationException(),
                new Refusal(false),
                new CallTimedOutException("timeouts", "upstream", "Test.operation", 1),
                new WithdrawnException(),
                new RecursiveLoadException(List.of(new Load("ACME", "Test.operation"))));
    }

    @Test
    void neverKeepsHowACallEndsThatDidNotReachTheMethodOrIsAnothersWork() {
        CallRejectedException refusal = new Refusal(false);
        end(quotes.call("REFUSED").ended(Outcome.REFUSED, null, refusal, false));
        end(quotes.call("EXPIRED").ended(Outcome.EXPIRED, null, down, true));
        end(quotes.call("CANCELLED").ended(Outcome.CANCELLED, null, null, true));
        end(quotes.call("NOT REACHED").ended(Outcome.FAILURE, null, down, false));
        end(quotes.call("FALLBACK").threw(down).substitute());
        end(quotes.call("LATE").threw(down).remaining(0));

        for (String key : List.of("REFUSED", "EXPIRED", "CANCELLED", "NOT REACHED", "FALLBACK", "LATE")) {
            assertThat(quotes.ask(key)).as(key).isEqualTo(Admission.proceed());
        }
    }

    @Test
    void keepsAReturnedAnswerThatTellsOfAFailureUnlessExceptionsAreNamed() {
        Answer unavailable = new Answer(503);
        end(quotes.call("ACME").gave(unavailable));
        CacheHarness choosy = StaleIfErrorTest.harness(Map.of("negative-ttl", "5s", "negative-on", "IOException"));
        FakeCall call = choosy.call("ACME");
        choosy.policy.admit(call);
        choosy.policy.settle(call.gave(unavailable));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(unavailable));
        assertThat(quotes.number("negative-hits")).isEqualTo(1L);
        assertThat(choosy.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @ParameterizedTest
    @NullSource
    @MethodSource("nothings")
    void keepsThatThereIsNothingAsLongAsAFailure(@Nullable Object nothing) {
        quotes.load(quotes.call("ACME"), nothing);
        quotes.load(quotes.call("EMPTY LIST"), List.of());

        quotes.time.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(nothing));
        assertThat(quotes.number("negative-hits")).isEqualTo(0L);

        quotes.time.advanceNanos(1);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.ask("EMPTY LIST")).isEqualTo(Admission.returning(List.of()));
    }

    @ParameterizedTest
    @NullSource
    @MethodSource("nothings")
    void keepsFailuresThoughNothingIsNotWorthKeeping(@Nullable Object nothing) {
        CacheHarness choosy = StaleIfErrorTest.harness(Map.of("negative-ttl", "5s", "cache-null", "false"));
        choosy.load(choosy.call("ACME"), nothing);
        choosy.fail(down, "DOWN");

        assertThat(choosy.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(choosy.ask("DOWN")).isEqualTo(Admission.fail(down));
    }

    static List<Object> nothings() {
        return List.of(Optional.empty(), OptionalInt.empty(), OptionalLong.empty(), OptionalDouble.empty());
    }

    @Test
    void givesAnOldResultInsteadWithoutTryingAgainMeanwhile() {
        CacheHarness lasting = lasting();
        lasting.load(lasting.call("ACME"), 42);
        lasting.time.advance(Duration.ofMinutes(2));

        assertThat(lasting.fail(down, "ACME")).isEqualTo(Verdict.returning(42));
        assertThat(lasting.ask("ACME")).isEqualTo(Admission.returning(42));
        lasting.time.advance(Duration.ofSeconds(5));
        assertThat(lasting.fail(down, "ACME")).isEqualTo(Verdict.returning(42));

        assertThat(lasting.number("stale-served")).isEqualTo(3L);
        assertThat(lasting.number("negative-hits")).isEqualTo(1L);
    }

    @Test
    void givesTheFailureFromTheMomentTheOldResultIsTooOld() {
        CacheHarness lasting = lasting();
        lasting.load(lasting.call("ACME"), 42);
        lasting.time.advance(Duration.ofMinutes(11).minusSeconds(2));
        lasting.fail(down, "ACME");

        lasting.time.advance(Duration.ofSeconds(2).minusNanos(1));
        assertThat(lasting.ask("ACME")).isEqualTo(Admission.returning(42));
        lasting.time.advanceNanos(1);
        assertThat(lasting.ask("ACME")).isEqualTo(Admission.fail(down));
    }

    @Test
    void countsNothingAsServedThatItOnlyWouldHaveGiven() {
        CacheHarness lasting = lasting();
        lasting.load(lasting.call("ACME"), 42);
        lasting.time.advance(Duration.ofMinutes(2));
        lasting.fail(down, "ACME");

        lasting.policy.admit(lasting.call("ACME").pretending());

        assertThat(lasting.number("stale-served")).isEqualTo(1L);
    }

    @Test
    void keepsTheOldResultBehindAFailureThatIsGivenInItsPlace() {
        CacheHarness lasting = lasting();
        Answer gone = new Answer(404);
        lasting.load(lasting.call("ACME"), 42);
        lasting.time.advance(Duration.ofMinutes(2));

        lasting.fail(gone, "ACME");
        assertThat(lasting.ask("ACME")).isEqualTo(Admission.fail(gone));
        lasting.time.advance(Duration.ofSeconds(5));
        lasting.fail(gone, "ACME");
        lasting.time.advance(Duration.ofSeconds(5));

        assertThat(lasting.fail(down, "ACME")).isEqualTo(Verdict.returning(42));
    }

    @Test
    void lendsTheResultBehindAFailureToOtherPolicies() {
        Recollection memory =
                quotes.kind.recollection(quotes.cache, Duration.ofMinutes(10)).orElseThrow();
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(2));
        quotes.fail(down, "ACME");

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.fail(down));
        assertThat(memory.recall(quotes.call("ACME"))).isEqualTo(Verdict.returning(42));
        quotes.fail(down, "OTHER");
        assertThat(memory.recall(quotes.call("OTHER"))).isNull();
    }

    @Test
    void dropsTheResultBehindAFailureWhenNobodyMayHaveItAnyMore() {
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofMinutes(1));
        quotes.fail(down, "ACME");
        quotes.reconfigure(Map.of("stale-if-error", "1h"));
        quotes.time.advance(Duration.ofSeconds(5));

        assertThat(quotes.fail(down, "ACME")).isEqualTo(Verdict.proceed());
    }

    @Test
    void putsNoFailureInThePlaceOfAResultWhoseTimeIsNotOver() {
        quotes.load(quotes.call("ACME"), 42);
        Call call = quotes.call("ACME").threw(down);

        quotes.cache.keepFailure(new Load(quotes.cache.keyOf(call), "Test.operation"), call, false);

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
    }

    @Test
    void keepsNoFailureThatAnInvalidationHasOvertaken() {
        FakeCall call = quotes.call("ACME");
        quotes.policy.admit(call);
        quotes.cache.invalidate("ACME");
        quotes.policy.settle(call.threw(down));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void dropsAFailureWithAnInvalidationAndPutsAResultInItsPlace() {
        quotes.fail(down, "ACME");
        quotes.cache.invalidate("ACME");
        quotes.load(quotes.call("ACME"), 42);

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
    }

    @Test
    void givesAFailureNoMoreOnWhichCallersHaveHungPlenty() {
        quotes.fail(down, "ACME");
        IntStream.range(0, 100).forEach(caller -> down.addSuppressed(new Exception()));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.fail(down));

        down.addSuppressed(new Exception());

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void takesAChangeWhileItRuns() {
        quotes.reconfigure(Map.of());
        quotes.fail(down, "ACME");
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void keepsNothingOfAnOperationThatPasses() {
        CacheHarness off = new CacheHarness(Map.of("ttls.operation", "0", "negative-ttl", "5s"));
        off.fail(down, "ACME");

        assertThat(off.ask("ACME")).isEqualTo(Admission.proceed());
    }

    private void end(FakeCall call) {
        assertThat(quotes.policy.admit(call)).isEqualTo(Admission.proceed());
        quotes.policy.settle(call);
    }

    private static CacheHarness lasting() {
        return StaleIfErrorTest.harness(Map.of("negative-ttl", "5s", "stale-if-error", "10m"));
    }
}
