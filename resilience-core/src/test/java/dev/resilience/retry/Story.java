package dev.resilience.retry;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.Verdict;
import dev.resilience.configuration.Configurations;
import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.NamedOutcomeRules;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A retry policy and one call after the other, told from the policy's side. */
final class Story {

    final ManualTime time = new ManualTime();
    final RetryPolicy policy;
    FakeCall call = new FakeCall(time);

    /** Knobs as in {@code delay=1s jitter=none}. */
    Story(String knobs) {
        OutcomeRule pending = (result, failure) -> "pending".equals(result) ? Judgement.FAILURE : null;
        OutcomeRule nothing = (result, failure) -> result == null && failure == null ? Judgement.FAILURE : null;
        OutcomeRule fine = (result, failure) -> Judgement.SUCCESS;
        NamedOutcomeRules rules = new NamedOutcomeRules(Map.of("pending", pending, "nothing", nothing, "fine", fine));
        PolicyContext context = new PolicyContext(time.time(), event -> {}, List.of(new AnswerClassifier()), rules);
        this.policy = new RetryKind().create("upstream", configuration(knobs), context);
        begins();
    }

    static RetryConfiguration configuration(String knobs) {
        Map<String, String> texts = new HashMap<>();
        for (String knob : knobs.isBlank() ? new String[0] : knobs.split(" ")) {
            texts.put(knob.substring(0, knob.indexOf('=')), knob.substring(knob.indexOf('=') + 1));
        }
        return Configurations.of(RetryConfiguration.class, texts);
    }

    /** A new call comes in. */
    Admission begins() {
        call = new FakeCall(time);
        return policy.admit(call);
    }

    Verdict succeeds() {
        return wait(policy.settle(call.gave("value")));
    }

    Verdict gives(@Nullable Object value) {
        return wait(policy.settle(call.gave(value)));
    }

    Verdict fails(Throwable failure) {
        return wait(policy.settle(call.threw(failure)));
    }

    Verdict ends(Outcome outcome, @Nullable Throwable failure) {
        return wait(policy.settle(call.ended(outcome, null, failure, true)));
    }

    /** Most stories are about waits and not about how many attempts there are. */
    private static Verdict wait(Verdict verdict) {
        return verdict instanceof Verdict.TryAgain again ? Verdict.tryAgain(again.waitNanos()) : verdict;
    }

    long number(String name) {
        return policy.snapshot().numbers().get(name).longValue();
    }

    static Verdict again(Duration wait) {
        return Verdict.tryAgain(wait.toNanos());
    }

    static Verdict again(long millis) {
        return again(Duration.ofMillis(millis));
    }

    /** Stands for the client exceptions the core doesn't know. */
    static final class Answer extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient @Nullable Duration retryAfter;

        Answer(int status) {
            this(status, null);
        }

        Answer(int status, @Nullable Duration retryAfter) {
            super("status " + status);
            this.status = status;
            this.retryAfter = retryAfter;
        }
    }

    /** Stands for answers that are given and not thrown. */
    record Response(int status, @Nullable Duration retryAfter) {}

    private static final class AnswerClassifier implements FailureClassifier {
        @Override
        public @Nullable Knowledge classify(Throwable throwable) {
            return throwable instanceof Answer answer ? new Knowledge(answer.status, answer.retryAfter, false) : null;
        }

        @Override
        public boolean knowsResults(Class<?> type) {
            return type == Response.class;
        }

        @Override
        public Knowledge classifyResult(Object result) {
            Response response = (Response) result;
            return new Knowledge(response.status, response.retryAfter, false);
        }
    }
}
