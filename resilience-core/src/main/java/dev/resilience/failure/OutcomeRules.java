package dev.resilience.failure;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which outcomes of a call are failures: one mechanism for every pattern that asks.
 *
 * <p>In this order, the first that says something deciding: exceptions that are to be ignored tell nothing; then the rule
 * of the application; then HTTP statuses and types. An answer, in an exception, in one of its nested causes or as the
 * result itself, counts by its status: by those that are written, else by those that are usual for the pattern. What is
 * no answer counts if it was thrown. Whoever names types and statuses has either count. Whoever names only types narrows
 * what counts to those: whatever their status, or, where the pattern says so, among what counts usually.
 *
 * <p>Nothing that the application brings can break it: what throws is noted in {@link BrokenRules} and has said nothing.
 * Immutable and thread-safe; a plain result costs next to nothing.
 */
public final class OutcomeRules {

    private static final int FIRST_ERROR = 400;
    private static final int LAST_ERROR = 599;
    private static final int TOO_MANY_REQUESTS = 429;

    /** Answers that don't blame the caller: 408 and 429 tell of the other side's state. */
    public static final List<StatusRange> NOT_THE_CALLERS_FAULT =
            List.of(new StatusRange(408, 408), new StatusRange(429, 429), new StatusRange(500, 599));

    /** Every answer that is an error, whosever fault it is. */
    public static final List<StatusRange> ALL_ERRORS = List.of(new StatusRange(FIRST_ERROR, LAST_ERROR));

    private final ThrowableMatcher named;
    private final ThrowableMatcher ignored;
    private final List<StatusRange> statuses;
    private final boolean statusesCount;
    private final boolean limitsInWordsCount;
    private final boolean amongTheUsual;
    private final @Nullable OutcomeRule when;
    private final Failures failures;
    private final BrokenRules broken;

    /**
     * Rules of these words.
     *
     * @param usual the statuses that count where nothing is said of types or statuses
     * @param classifiers what the application knows about throwables and answers
     * @param broken takes note of what throws
     */
    public OutcomeRules(
            OutcomeWords words, List<StatusRange> usual, List<FailureClassifier> classifiers, BrokenRules broken) {
        this(words, usual, classifiers, broken, false);
    }

    /** Rules of a pattern in which a type that is named doesn't make up for a status that doesn't count. */
    public static OutcomeRules amongTheUsual(
            OutcomeWords words, List<StatusRange> usual, List<FailureClassifier> classifiers, BrokenRules broken) {
        return new OutcomeRules(words, usual, classifiers, broken, true);
    }

    private OutcomeRules(
            OutcomeWords words,
            List<StatusRange> usual,
            List<FailureClassifier> classifiers,
            BrokenRules broken,
            boolean amongTheUsual) {
        boolean written = !words.statuses().isEmpty();
        this.named = new ThrowableMatcher(words.failures());
        this.ignored = new ThrowableMatcher(words.ignored());
        this.statuses = written ? words.statuses() : List.copyOf(usual);
        this.statusesCount = written || named.isEmpty();
        this.limitsInWordsCount = isListed(TOO_MANY_REQUESTS);
        this.amongTheUsual = amongTheUsual;
        this.when = words.when();
        this.failures = new Failures(classifiers, broken);
        this.broken = broken;
    }

    /**
     * What it tells that a call gave this result or, where there is one, failed with this. An outcome that throws when it is
     * looked at is what it seems to be.
     */
    public Judgement judge(@Nullable Object result, @Nullable Throwable failure) {
        try {
            return failure == null ? ofResult(result) : ofFailure(failure);
        } catch (Throwable thrown) {
            broken.report("an outcome", thrown);
            return failure == null ? Judgement.SUCCESS : Judgement.FAILURE;
        }
    }

    private Judgement ofResult(@Nullable Object result) {
        Judgement said = when == null ? null : ask(when, result, null);
        if (said != null) {
            return said;
        }
        Integer status = result == null || !statusesCount ? null : failures.statusOf(result);
        return isError(status) && isListed(status) ? Judgement.FAILURE : Judgement.SUCCESS;
    }

    private Judgement ofFailure(Throwable failure) {
        if (ignored.matches(failure)) {
            return Judgement.NEITHER;
        }
        Judgement said = when == null ? null : ask(when, null, failure);
        if (said != null) {
            return said;
        }
        return counts(failure) ? Judgement.FAILURE : Judgement.SUCCESS;
    }

    /** Whether a result can be a failure at all: where it can't, nobody need ask. */
    public boolean judgesResults() {
        return when != null || statusesCount && failures.mayKnowAnswers();
    }

    /** What the failure and its causes tell. One that throws when it is looked at is hopeless, as far as anybody can see. */
    public Diagnosis diagnose(Throwable failure) {
        try {
            return failures.diagnose(failure);
        } catch (Throwable thrown) {
            broken.report("an outcome", thrown);
            return new Diagnosis(true, null, null, null, false, false);
        }
    }

    /** The wait that an answer or an exception asks for, or null. An outcome that throws when it is looked at asks for none. */
    public @Nullable Duration retryAfter(@Nullable Object result, @Nullable Throwable failure) {
        if (failure != null) {
            return diagnose(failure).retryAfter();
        }
        try {
            return result == null ? null : failures.retryAfterOf(result);
        } catch (Throwable thrown) {
            broken.report("an outcome", thrown);
            return null;
        }
    }

    private boolean counts(Throwable failure) {
        if (!statusesCount) {
            return named.matches(failure) && !(amongTheUsual && isAnswerThatDoesNotCount(failure));
        }
        Integer status = failures.statusIn(failure);
        if (isListed(status) || named.isEmpty() && !isError(status)) {
            return true;
        }
        return named.matches(failure) || limitsInWordsCount && failures.isRateLimited(failure);
    }

    private boolean isAnswerThatDoesNotCount(Throwable failure) {
        Integer status = failures.statusIn(failure);
        boolean counts = !isError(status) || isListed(status);
        return !counts && !(limitsInWordsCount && failures.isRateLimited(failure));
    }

    private boolean isListed(@Nullable Integer status) {
        if (status == null) {
            return false;
        }
        for (StatusRange range : statuses) {
            if (range.includes(status)) {
                return true;
            }
        }
        return false;
    }

    /** What an exception says of 302 or 999 isn't the answer of somebody who works. */
    private static boolean isError(@Nullable Integer status) {
        return status != null && FIRST_ERROR <= status && status <= LAST_ERROR;
    }

    private @Nullable Judgement ask(OutcomeRule rule, @Nullable Object result, @Nullable Throwable failure) {
        try {
            return rule.judge(result, failure);
        } catch (Throwable thrown) {
            broken.report(rule.toString(), thrown);
            return null;
        }
    }
}
