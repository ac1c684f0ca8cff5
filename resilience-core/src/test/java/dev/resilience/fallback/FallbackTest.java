package dev.resilience.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.CallShape;
import dev.resilience.CallTimedOutException;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyKind.Place;
import dev.resilience.PolicyKind.Site;
import dev.resilience.Recollection;
import dev.resilience.Target;
import dev.resilience.Verdict;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Problem;
import dev.resilience.time.ManualTime;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FallbackTest {

    private final FallbackKind kind = new FallbackKind();
    private final Target cheap = (arguments, failure) -> "cheap";
    private final Target archived = (arguments, failure) -> "archived";
    private final Target zero = (arguments, failure) -> 0;
    private final FakeCall call = new FakeCall(new ManualTime());

    @Test
    void standsOutermostAndLetsEveryCallIn() {
        FallbackPolicy policy = policy(Map.of());

        assertThat(kind.places(policy)).containsExactly(new Place("fallbacks", 100, policy));
        assertThat(policy.admit(call)).isEqualTo(Admission.proceed());
    }

    @Test
    void divertsAFailureToItsMethod() {
        FallbackPolicy policy = policy(Map.of());
        call.attribute("method", cheap);

        assertThat(policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.divert(cheap));
        assertThat(policy.settle(call.gave("cheap"))).isEqualTo(Verdict.proceed());
        assertThat(kind.snapshot(policy).numbers())
                .containsEntry("replaced", 1L)
                .containsEntry("failed", 0L);
    }

    @Test
    void leavesAValueAlone() {
        FallbackPolicy policy = policy(Map.of());

        assertThat(policy.settle(call.attribute("method", cheap).gave("quote"))).isEqualTo(Verdict.proceed());
        assertThat(kind.snapshot(policy).numbers()).containsEntry("replaced", 0L);
    }

    @Test
    void triesTheMethodsInTurnAndTheValueLast() {
        FallbackPolicy policy = policy(Map.of());
        call.attribute("method", List.of(cheap, archived)).attribute("value", zero);

        assertThat(policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.divert(cheap));
        assertThat(policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.divert(archived));
        assertThat(policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.divert(zero));
    }

    @Test
    void divertsToTheValueWhereThereIsNoMethod() {
        assertThat(policy(Map.of()).settle(call.attribute("value", zero).threw(new IOException())))
                .isEqualTo(Verdict.divert(zero));
    }

    @Test
    void givesTheLastGoodValueBeforeAnythingElse() {
        FallbackPolicy policy = policy(Map.of());
        Recollection memory = call -> Verdict.returning("yesterday");

        assertThat(policy.settle(fresh().attribute("last-good", memory).threw(new IOException())))
                .isEqualTo(Verdict.returning("yesterday"));
        assertThat(kind.snapshot(policy).numbers())
                .containsEntry("replaced", 1L)
                .containsEntry("last-good", 1L)
                .containsEntry("failed", 0L);
    }

    @Test
    void goesOnToTheMethodsWhereNoGoodValueIsRemembered() {
        FallbackPolicy policy = policy(Map.of());
        Recollection forgetful = call -> null;

        assertThat(policy.settle(fresh().attribute("last-good", forgetful).threw(new IOException())))
                .isEqualTo(Verdict.divert(cheap));
        assertThat(kind.snapshot(policy).numbers()).containsEntry("last-good", 0L);
    }

    @Test
    void givesNoLastGoodValueForWhatIsNotCovered() {
        FallbackPolicy policy = policy(Map.of("never", "FileNotFoundException"));
        Recollection memory = call -> Verdict.returning("yesterday");

        assertThat(policy.settle(fresh().attribute("last-good", memory).threw(new FileNotFoundException())))
                .isEqualTo(Verdict.proceed());
        assertThat(policy.settle(fresh().attribute("last-good", memory).threw(new AssertionError())))
                .isEqualTo(Verdict.proceed());
    }

    @Test
    void letsTheLastFailureOutWithTheEarlierOnesInIt() {
        FallbackPolicy policy = policy(Map.of());
        call.attribute("method", List.of(cheap, archived));
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        IOException last = new IOException("last");

        policy.settle(call.threw(first));
        policy.settle(call.threw(second));

        assertThat(policy.settle(call.threw(last))).isEqualTo(Verdict.proceed());
        assertThat(last.getSuppressed()).containsExactly(first, second);
        assertThat(kind.snapshot(policy).numbers()).containsEntry("failed", 1L).containsEntry("replaced", 0L);
    }

    @Test
    void makesNoCircleWhenAFallbackThrowsWhatItWasGiven() {
        FallbackPolicy policy = policy(Map.of());
        call.attribute("method", cheap);
        IOException first = new IOException("first");

        policy.settle(call.threw(first));
        policy.settle(call.threw(first));

        assertThat(first.getSuppressed()).isEmpty();
    }

    @Test
    void makesNoCircleWhenAFallbackWrapsWhatItWasGivenOrIsWrappedInIt() {
        IOException first = new IOException("first");
        IllegalStateException wrapper = new IllegalStateException(first);

        failWith(first, wrapper);
        failWith(wrapper, first);

        assertThat(wrapper.getSuppressed()).isEmpty();
        assertThat(first.getSuppressed()).isEmpty();
    }

    @Test
    void leavesAFailureAsItIsThatNobodyCanLookInto() {
        IOException sealed = new IOException() {
            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("no look inside");
            }
        };
        IOException last = new IOException("last");

        failWith(sealed, last);
        failWith(new IOException("first"), sealed);

        assertThat(last.getSuppressed()).isEmpty();
        assertThat(sealed.getSuppressed()).isEmpty();
    }

    @Test
    void doesNotFillASharedInstanceForEver() {
        IOException shared = new IOException("the same each time");

        for (int calls = 0; calls < 100; calls++) {
            failWith(new IOException(), shared);
        }

        assertThat(shared.getSuppressed()).hasSize(32);
    }

    @Test
    void coversRefusalsAndExpiries() {
        FallbackPolicy policy = policy(Map.of());
        var expiry = new CallTimedOutException("timeouts", "upstream", "Test.operation", 1);

        assertThat(policy.settle(fresh().ended(Outcome.REFUSED, null, new Refusal(false), false)))
                .isEqualTo(Verdict.divert(cheap));
        assertThat(policy.settle(fresh().ended(Outcome.EXPIRED, null, expiry, true)))
                .isEqualTo(Verdict.divert(cheap));
    }

    @Test
    void coversARefusalThatBlamesTheCallerOnlyWhereItIsNamed() {
        FakeCall refused = fresh().ended(Outcome.REFUSED, null, new Refusal(true), false);

        assertThat(policy(Map.of()).settle(refused)).isEqualTo(Verdict.proceed());
        assertThat(policy(Map.of("on", "CallRejectedException")).settle(refused))
                .isEqualTo(Verdict.proceed());
        assertThat(policy(Map.of("on", "Refusal")).settle(refused)).isEqualTo(Verdict.divert(cheap));
    }

    @Test
    void findsARefusalThatBlamesTheCallerInWhatIsWrappedAroundIt() {
        IOException wrapped = new IOException(new IllegalStateException(new Refusal(true)));

        assertThat(policy(Map.of()).settle(fresh().threw(wrapped))).isEqualTo(Verdict.proceed());
        assertThat(policy(Map.of("on", "IOException")).settle(fresh().threw(wrapped)))
                .isEqualTo(Verdict.proceed());
        assertThat(policy(Map.of("on", "Refusal")).settle(fresh().threw(wrapped)))
                .isEqualTo(Verdict.divert(cheap));
    }

    @Test
    void coversOnlyTheNamedExceptionsAndNeverTheExcluded() {
        FallbackPolicy policy = policy(Map.of("on", "java.io.IOException", "never", "FileNotFoundException"));

        assertThat(policy.settle(fresh().threw(new IOException()))).isEqualTo(Verdict.divert(cheap));
        assertThat(policy.settle(fresh().threw(new FileNotFoundException()))).isEqualTo(Verdict.proceed());
        assertThat(policy.settle(fresh().threw(new IllegalStateException()))).isEqualTo(Verdict.proceed());
    }

    @Test
    void triesTheNextFallbackWhateverExceptionTheOneBeforeThrew() {
        FallbackPolicy policy = policy(Map.of("on", "IOException"));
        call.attribute("method", List.of(cheap, archived));

        policy.settle(call.threw(new IOException()));

        assertThat(policy.settle(call.threw(new IllegalStateException()))).isEqualTo(Verdict.divert(archived));
    }

    @Test
    void passesOverATargetThatIsNotForTheFailure() {
        FallbackPolicy policy = policy(Map.of());
        Target forFiles = new Selective(FileNotFoundException.class);
        call.attribute("method", List.of(forFiles, cheap, forFiles)).attribute("value", zero);

        assertThat(policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.divert(cheap));
        assertThat(policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.divert(zero));
    }

    @Test
    void isNoFallbackAtAllForAFailureThatNoTargetIsFor() {
        FallbackPolicy policy = policy(Map.of());
        call.attribute("method", new Selective(FileNotFoundException.class));

        assertThat(policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.proceed());
        assertThat(kind.snapshot(policy).numbers()).containsEntry("failed", 0L).containsEntry("replaced", 0L);
    }

    /** A target for exceptions of one type. */
    private record Selective(Class<? extends Exception> type) implements Target {

        @Override
        public Object invoke(Object[] arguments, Throwable failure) {
            return "selected";
        }

        @Override
        public boolean isFor(Throwable failure) {
            return type.isInstance(failure);
        }
    }

    @Test
    void letsErrorsInterruptsAndCancellationsPass() {
        FallbackPolicy policy = policy(Map.of());

        assertThat(policy.settle(fresh().threw(new StackOverflowError()))).isEqualTo(Verdict.proceed());
        assertThat(policy.settle(fresh().threw(new InterruptedException()))).isEqualTo(Verdict.proceed());
        assertThat(policy.settle(fresh().threw(new InterruptedIOException()))).isEqualTo(Verdict.proceed());
        assertThat(policy.settle(fresh().threw(new ClosedByInterruptException())))
                .isEqualTo(Verdict.proceed());
        assertThat(policy.settle(fresh().ended(Outcome.CANCELLED, null, null, true)))
                .isEqualTo(Verdict.proceed());
    }

    @Test
    void letsTheErrorOfAFallbackOutThoughThereIsAnother() {
        FallbackPolicy policy = policy(Map.of());
        call.attribute("method", List.of(cheap, archived));
        IOException first = new IOException("first");
        AssertionError error = new AssertionError();
        policy.settle(call.threw(first));

        assertThat(policy.settle(call.threw(error))).isEqualTo(Verdict.proceed());
        assertThat(error.getSuppressed()).containsExactly(first);
    }

    @Test
    void takesAChangedConfiguration() {
        FallbackPolicy policy = policy(Map.of("on", "IOException"));

        kind.reconfigure(policy, configuration(Map.of("on", "IllegalStateException")));

        assertThat(policy.settle(fresh().threw(new IllegalStateException()))).isEqualTo(Verdict.divert(cheap));
        assertThat(policy.settle(fresh().threw(new IOException()))).isEqualTo(Verdict.proceed());
    }

    @Test
    void needsAMethodOrAValueFromSomewhere() {
        assertThat(misplacements(Map.of(), Map.of()))
                .extracting(Problem::property)
                .containsExactly("method");
        assertThat(misplacements(Map.of("value", "0"), Map.of())).isEmpty();
        assertThat(misplacements(Map.of("last-good", "10m"), Map.of())).isEmpty();
        assertThat(misplacements(Map.of(), Map.of("last-good", List.of("10m")))).isEmpty();
        assertThat(misplacements(Map.of("method", "cheapQuote"), Map.of())).isEmpty();
        assertThat(misplacements(Map.of(), Map.of("method", List.of("cheapQuote"))))
                .isEmpty();
        assertThat(misplacements(Map.of(), Map.of("value", List.of("0")))).isEmpty();
    }

    @Test
    void readsABareMethodNameAsTheMethod() {
        assertThat(kind.shorthand("cheapQuote")).contains("method");
        assertThat(kind.shorthand("archive::lastQuote")).contains("method");
        assertThat(kind.shorthand("cheapQuote, price-archive::lastQuote")).contains("method");
        assertThat(kind.shorthand("cheap-quote")).isEmpty();
        assertThat(kind.shorthand("")).isEmpty();
    }

    @Test
    void refusesWhatNamesNoMethodAndWhatIsBothCoveredAndNot() {
        assertThatThrownBy(() -> configuration(Map.of("method", "cheap quote", "on", "A, B", "never", "B")))
                .hasMessageContaining("method = 'cheap quote' (code): names no method")
                .hasMessageContaining("never = 'B' (code): is also in 'on'");
    }

    @Test
    void refusesALastGoodValueOfNoAge() {
        assertThatThrownBy(() -> configuration(Map.of("last-good", "0")))
                .hasMessageContaining("last-good = '0' (code): must be longer than zero");
    }

    @Test
    void refusesWhatNamesNoException() {
        assertThatThrownBy(() -> configuration(Map.of("on", "5xx", "never", "IOException, a b")))
                .hasMessageContaining("on = '5xx' (code): is no name of an exception")
                .hasMessageContaining("never = 'a b' (code): is no name of an exception");
    }

    /** A call fails with the first, and its fallback with the last. */
    private void failWith(Exception first, Exception last) {
        FallbackPolicy policy = policy(Map.of());
        FakeCall failing = fresh();
        policy.settle(failing.threw(first));
        policy.settle(failing.threw(last));
    }

    private FallbackPolicy policy(Map<String, String> texts) {
        var context = new PolicyContext(new ManualTime().time(), event -> {}, List.of());
        return kind.create("cheap", configuration(texts), context);
    }

    private static FallbackConfiguration configuration(Map<String, String> texts) {
        return Configurations.of(FallbackConfiguration.class, texts);
    }

    private FakeCall fresh() {
        return new FakeCall(new ManualTime()).attribute("method", cheap);
    }

    private List<Problem> misplacements(Map<String, String> texts, Map<String, List<String>> placement) {
        return kind.misplacements(
                configuration(texts), new Site("Test.operation", CallShape.BLOCKING, String.class, placement));
    }

    private static final class Refusal extends CallRejectedException {
        private final boolean blamesCaller;

        private Refusal(boolean blamesCaller) {
            super("rate-limiters", "agents", UNKNOWN);
            this.blamesCaller = blamesCaller;
        }

        @Override
        public boolean blamesCaller() {
            return blamesCaller;
        }

        @Override
        protected String reason() {
            return "too many calls";
        }
    }
}
