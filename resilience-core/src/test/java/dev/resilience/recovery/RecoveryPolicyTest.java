package dev.resilience.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallRejectedException;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.PolicyInstance;
import dev.resilience.Target;
import dev.resilience.event.ResilienceEvent.Escalated;
import dev.resilience.event.ResilienceEvent.TriedAgain;
import dev.resilience.event.ResilienceEvent.WouldHave;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.NonRetryableException;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.recovery.Scene.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Rules about failures, but for restarts and isolation. */
class RecoveryPolicyTest {

    private final Scene scene = new Scene();

    @Test
    void sendsInAgainAsOftenAsTheRuleSays() throws Throwable {
        Pipeline pipeline = scene.rules("ConnectException -> retry 2 after 500ms");

        assertThat(scene.call(pipeline, new ConnectException(), new ConnectException()))
                .isEqualTo("value");
        assertThat(scene.time.paused()).isEqualTo(Duration.ofSeconds(1));
        assertThat(scene.events(TriedAgain.class)).hasSize(2);
        assertThat(scene.number("acted")).isOne();
        assertThat(scene.number("recovered")).isOne();
        assertThat(scene.number("retries")).isEqualTo(2);
    }

    @Test
    void letsTheLastFailureOutWithTheEarlierOnes() {
        Pipeline pipeline = scene.rules("IOException -> retry 2");
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        IOException third = new IOException("third");

        assertThatThrownBy(() -> scene.call(pipeline, first, second, third))
                .isSameAs(third)
                .hasSuppressedException(first)
                .hasSuppressedException(second);
        assertThat(scene.number("acted")).isOne();
        assertThat(scene.number("recovered")).isZero();
    }

    @Test
    void theFirstRuleThatCoversAFailureDecides() {
        Pipeline pipeline = scene.rules("ConnectException -> escalate", "IOException -> retry 3");

        assertThatThrownBy(() -> scene.call(pipeline, new ConnectException())).isInstanceOf(ConnectException.class);

        assertThat(scene.number("retries")).isZero();
        assertThat(scene.events(Escalated.class)).hasSize(1);
    }

    @Test
    void everyFailureIsLookedUpAnewAndNoRuleDoesMoreThanItSays() throws Throwable {
        Pipeline pipeline = scene.rules("ConnectException -> retry 1", "503 -> retry 1");
        Answer busy = new Answer(503, null);

        assertThat(scene.call(pipeline, new ConnectException(), busy)).isEqualTo("value");
        assertThatThrownBy(() -> scene.call(pipeline, new ConnectException(), busy, new ConnectException()))
                .isInstanceOf(ConnectException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ConnectException", "java.net.SocketException", "IOException", "*", "@down"})
    void coversByNameCauseAndBean(String condition) throws Throwable {
        OutcomeRule down = (result, failure) -> failure instanceof IllegalStateException ? Judgement.FAILURE : null;
        scene.lent.put("down", down);
        Pipeline pipeline = scene.rules(condition + " -> retry");

        assertThat(scene.call(pipeline, new IllegalStateException(new ConnectException())))
                .isEqualTo("value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"429", "4xx", "400-499", "rate-limit"})
    void coversByStatus(String condition) throws Throwable {
        Pipeline pipeline = scene.rules(condition + " -> retry");

        assertThat(scene.call(pipeline, new Answer(429, null))).isEqualTo("value");
        assertThatThrownBy(() -> scene.call(pipeline, new Answer(500, null))).isInstanceOf(Answer.class);
    }

    @Test
    void coversTimeoutsOfAllKinds() throws Throwable {
        Pipeline pipeline = scene.rules("timeout -> retry 2");

        assertThat(scene.call(pipeline, new TimeoutException(), new SocketTimeoutException()))
                .isEqualTo("value");
        assertThatThrownBy(() -> scene.call(pipeline, new IOException())).isInstanceOf(IOException.class);
    }

    @Test
    void neverCoversErrorsAndInterrupts() {
        Pipeline pipeline = scene.rules("* -> escalate, retry");

        assertThatThrownBy(() -> scene.call(pipeline, new AssertionError())).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> scene.call(pipeline, new InterruptedException()))
                .isInstanceOf(InterruptedException.class);
        assertThat(scene.events(Escalated.class)).isEmpty();
    }

    @Test
    void coversRefusalsByTheirNamesAlone() throws Throwable {
        Target instead = (arguments, failure) -> "instead";
        Pipeline pipeline = scene.placed("fallback", List.of(instead))
                .rules("FullException -> fallback", "CallerException -> fallback", "* -> retry 3");

        assertThat(scene.call(pipeline, new FullException())).isEqualTo("instead");
        assertThat(scene.call(pipeline, new CallerException())).isEqualTo("instead");
        assertThatThrownBy(() -> scene.call(pipeline, new OtherException())).isInstanceOf(OtherException.class);
        assertThat(scene.number("retries")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ConnectException -> retry", "timeout -> retry", "SealedException -> escalate"})
    void lookingIntoAFailureNeverTakesItsPlace(String rule) {
        Pipeline pipeline = scene.rules(rule);
        SealedException sealed = new SealedException();

        assertThatThrownBy(() -> scene.call(pipeline, sealed)).isSameAs(sealed);
        assertThat(sealed.getSuppressed()).isEmpty();
    }

    @Test
    void knowsAFailureByItsOwnNameThoughItsCauseCannotBeTold() throws Throwable {
        assertThat(scene.call(scene.rules("SealedException -> retry"), new SealedException()))
                .isEqualTo("value");
    }

    @Test
    void doesNothingToAStreamThatHasBegunButWhatIsDoneElsewhere() {
        Target instead = (arguments, failure) -> "instead";
        Pipeline pipeline = scene.placed("fallback", List.of(instead)).rules("* -> escalate, retry 2, fallback");
        Flux<String> broken = Flux.concat(Flux.just("first"), Flux.error(new IOException()));

        assertThatThrownBy(() -> pipeline.flux(() -> broken).blockLast()).hasCauseInstanceOf(IOException.class);

        assertThat(scene.events(Escalated.class)).hasSize(1);
        assertThat(scene.number("retries")).isZero();
        assertThat(scene.number("diverted")).isZero();
        assertThat(scene.number("acted")).isZero();
    }

    @Test
    void neverRepeatsWhatMustNotBeRepeated() {
        Pipeline pipeline = scene.placed("idempotent", false).rules("* -> retry, escalate");

        assertThatThrownBy(() -> scene.call(pipeline, new IOException())).isInstanceOf(IOException.class);

        assertThat(scene.number("retries")).isZero();
        assertThat(scene.events(Escalated.class)).hasSize(1);
    }

    @Test
    void neverRepeatsWhatSaysSoItself() {
        Pipeline pipeline = scene.rules("* -> retry");

        assertThatThrownBy(() -> scene.call(pipeline, new NonRetryableException("no", null)))
                .isInstanceOf(NonRetryableException.class);
        assertThat(scene.number("retries")).isZero();
    }

    @Test
    void isNeverEarlierThanAnAnswerAsks() throws Throwable {
        Pipeline pipeline = scene.rules("429 -> retry 1 after 1s");

        scene.call(pipeline, new Answer(429, Duration.ofSeconds(7)));

        assertThat(scene.time.paused()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void doesTheNextThingWhereAnAnswerAsksForTooLong() {
        Pipeline pipeline = scene.rules("429 -> retry 2, escalate");

        assertThatThrownBy(() -> scene.call(pipeline, new Answer(429, Duration.ofSeconds(11))))
                .isInstanceOf(Answer.class);

        assertThat(scene.time.paused()).isZero();
        assertThat(scene.number("out-of-time")).isOne();
        assertThat(scene.events(Escalated.class)).hasSize(1);
    }

    @Test
    void beginsNoRetryThatCouldNotEndBeforeTheDeadline() {
        scene.with("max-wait", "1h");
        Pipeline pipeline = scene.pipeline(
                new Pipeline.Placed(scene.timeout("5s"), Placement.bare()),
                new Pipeline.Placed(scene.policy("carrier", "* -> retry 1 after 5s"), Placement.bare()));

        assertThatThrownBy(() -> scene.call(pipeline, new IOException())).isInstanceOf(IOException.class);

        assertThat(scene.number("out-of-time")).isOne();
    }

    @Test
    void keepsABudget() {
        Pipeline pipeline = scene.rules("* -> retry 20");
        for (int call = 0; call < 20; call++) {
            assertThatThrownBy(() -> scene.call(pipeline, failures(21))).isInstanceOf(IOException.class);
        }

        assertThat(scene.number("retries")).isEqualTo(100);
        assertThat(scene.number("refused-by-budget")).isEqualTo(15);
    }

    @Test
    void leavesAloneWhatARetryFurtherInHasGivenUpOn() {
        Pipeline inner = scene.pipeline(new Pipeline.Placed(scene.retry("2"), Placement.bare()));
        Pipeline outer = scene.rules("* -> retry 3, escalate");
        IOException down = new IOException();

        assertThatThrownBy(() -> outer.call(() -> inner.call(() -> {
                    throw down;
                })))
                .isSameAs(down);

        assertThat(scene.number("retries")).isZero();
        assertThat(scene.events(Escalated.class)).hasSize(1);
    }

    @Test
    void tellsRetriesFurtherOutWhatItHasGivenUpOn() {
        Pipeline inner = scene.rules("* -> retry 1");
        Pipeline outer = scene.pipeline(new Pipeline.Placed(scene.retry("3"), Placement.bare()));

        assertThatThrownBy(() -> outer.call(() -> inner.call(() -> {
                    throw new IOException();
                })))
                .isInstanceOf(IOException.class);

        assertThat(scene.events(TriedAgain.class)).hasSize(1);
    }

    @Test
    void triesItsFallbacksInTurnAndKeepsWhatWasBefore() throws Throwable {
        IOException down = new IOException();
        Target fails = (arguments, failure) -> {
            throw new IllegalStateException("too", failure == down ? null : new AssertionError());
        };
        Target helps = (arguments, failure) -> "instead";
        Pipeline both = scene.placed("fallback", List.of(fails, helps)).rules("* -> fallback, escalate");

        assertThat(scene.call(both, down)).isEqualTo("instead");
        assertThat(scene.number("diverted")).isEqualTo(2);
        assertThat(scene.number("recovered")).isOne();
        assertThat(scene.events(Escalated.class)).isEmpty();
    }

    @Test
    void goesOnWithTheRuleWhenTheFallbackFails() {
        IOException down = new IOException();
        IllegalStateException too = new IllegalStateException("too");
        Target fails = (arguments, failure) -> {
            throw too;
        };
        Pipeline pipeline = scene.placed("fallback", List.of(fails))
                .rules("IllegalStateException -> retry", "* -> fallback, escalate");

        assertThatThrownBy(() -> scene.call(pipeline, down)).isSameAs(too).hasSuppressedException(down);
        assertThat(scene.number("retries")).isZero();
        assertThat(scene.events(Escalated.class)).hasSize(1);
    }

    @Test
    void asksABeanWhatToDo() throws Throwable {
        RecoveryRule rule = failure -> failure instanceof IOException
                ? List.of(RecoveryAction.retry(1, Duration.ofSeconds(1)), RecoveryAction.restart("client"))
                : List.of();
        scene.lent.put("rule", rule);
        Pipeline pipeline = scene.rules("@rule", "* -> escalate");

        assertThat(scene.call(pipeline, new IOException(), new IOException())).isEqualTo("value");
        assertThat(scene.client.restarts).isOne();
        assertThatThrownBy(() -> scene.call(pipeline, new TimeoutException())).isInstanceOf(TimeoutException.class);
        assertThat(scene.events(Escalated.class)).hasSize(1);
    }

    @Test
    void asksTheNextRuleWhereABeanThrowsOrNamesWhatIsNotThere() throws Throwable {
        RecoveryRule throwing = failure -> {
            throw new AssertionError();
        };
        RecoveryRule wrong = failure -> List.of(RecoveryAction.restart("nobody"));
        scene.lent.putAll(Map.of("throwing", throwing, "wrong", wrong));
        Pipeline pipeline = scene.rules("@throwing", "@wrong", "* -> retry");

        assertThat(scene.call(pipeline, new IOException())).isEqualTo("value");
        assertThat(scene.number("broken-rules")).isEqualTo(2);
    }

    @Test
    void doesNothingInTheShadowButSay() {
        scene.client.broken = true;
        Pipeline pipeline = scene.inTheShadow().rules("* -> escalate, restart client, retry 2, isolate 1m");
        for (int call = 0; call < 2; call++) {
            assertThatThrownBy(() -> pipeline.call(scene.client::get)).isInstanceOf(Scene.BrokenException.class);
        }

        assertThat(scene.client.restarts).isZero();
        assertThat(scene.events(Escalated.class)).isEmpty();
        assertThat(scene.events(WouldHave.class))
                .extracting(WouldHave::what)
                .startsWith("escalate", "restart client", "TRY_AGAIN");
    }

    @Test
    void takesOtherRulesForCallsThatFailFromNowOn() throws Throwable {
        PolicyInstance<RecoveryConfiguration, RecoveryPolicy> policy = scene.policy("carrier", "* -> escalate");
        Pipeline pipeline = scene.pipeline(new Pipeline.Placed(policy, Placement.bare()));

        policy.kind().reconfigure(policy.state(), scene.configuration("* -> retry"));

        assertThat(scene.call(pipeline, new IOException())).isEqualTo("value");
    }

    private static Throwable[] failures(int number) {
        Throwable[] failures = new Throwable[number];
        Arrays.setAll(failures, at -> new IOException());
        return failures;
    }

    static class FullException extends CallRejectedException {
        private static final long serialVersionUID = 1L;

        FullException() {
            super("bulkheads", "x", UNKNOWN);
        }

        @Override
        protected String reason() {
            return "full";
        }
    }

    static final class OtherException extends CallerException {
        private static final long serialVersionUID = 1L;
    }

    static class CallerException extends FullException {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean blamesCaller() {
            return true;
        }
    }

    /** Of which nothing can be told but its class. */
    private static final class SealedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("cause");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            return null;
        }
    }
}
