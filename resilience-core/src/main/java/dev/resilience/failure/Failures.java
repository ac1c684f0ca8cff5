package dev.resilience.failure;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.FailureClassifier.Knowledge;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads failures: what a throwable and its nested causes tell about the HTTP answer, the wait it asks for, and whether
 * anybody may try again; and what a result tells that is an answer itself. Thread-safe.
 *
 * <p>The outermost throwable that knows something wins; the core itself knows the JDK's exceptions, the classifiers
 * know the rest.
 */
public final class Failures {

    /** Netty's family of timeouts is no {@link IOException}; known by name, so that Netty need not be there. */
    private static final ThrowableMatcher OTHER_TIMEOUTS =
            new ThrowableMatcher(List.of("io.netty.handler.timeout.TimeoutException"));

    private final List<FailureClassifier> classifiers;
    private final @Nullable BrokenRules broken;

    /** Whether values of a class may be answers. A truth alone, so that a class holds nothing of the application. */
    private final ClassValue<Boolean> answers = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return classifiers.stream().anyMatch(classifier -> knows(classifier, type));
        }
    };

    /**
     * The first class met whose values are no answers. Rivals may each see another one, or none: they ask {@link #answers}
     * then, which costs them some nanoseconds more.
     */
    private WeakReference<@Nullable Class<?>> usual = new WeakReference<>(null);

    /** Reads with the help of these, the first that knows something winning. */
    public Failures(List<FailureClassifier> classifiers) {
        this(classifiers, null);
    }

    /** Reads likewise, and notes which of them throws. */
    public Failures(List<FailureClassifier> classifiers, @Nullable BrokenRules broken) {
        this.classifiers = List.copyOf(classifiers);
        this.broken = broken;
    }

    /** What this failure tells. */
    public Diagnosis diagnose(Throwable failure) {
        Findings findings = new Findings();
        boolean saysSo = false;
        for (Throwable link : Causes.of(failure)) {
            findings.hopeless |= isHopeless(link);
            findings.transientFault |= isTransient(link);
            findings.marked(link);
            classifiers.forEach(classifier -> findings.learn(known(classifier, one -> one.classify(link))));
            saysSo |= !findings.hopeless && RateLimitWords.in(link);
        }
        return findings.diagnosis(saysSo);
    }

    /** The HTTP status that the outermost throwable tells that tells one, or null. */
    @Nullable Integer statusIn(Throwable failure) {
        if (classifiers.isEmpty()) {
            return null;
        }
        for (Throwable link : Causes.of(failure)) {
            Integer status = first(classifier -> classifier.classify(link), Knowledge::status);
            if (status != null) {
                return status;
            }
        }
        return null;
    }

    /** Whether the other side said, by its status or in words, that it was asked too often. */
    boolean isRateLimited(Throwable failure) {
        return diagnose(failure).rateLimited();
    }

    /** Whether anybody is there who may know a result that is an answer. */
    boolean mayKnowAnswers() {
        return !classifiers.isEmpty();
    }

    /** The HTTP status of a result that is an answer, or null. */
    @Nullable Integer statusOf(Object result) {
        return mayBeAnswer(result.getClass()) ? ofResult(result, Knowledge::status) : null;
    }

    /** The wait that a result asks for that is an answer, never negative, or null. */
    @Nullable Duration retryAfterOf(Object result) {
        Duration wait = mayBeAnswer(result.getClass()) ? ofResult(result, Knowledge::retryAfter) : null;
        return wait != null && wait.isNegative() ? Duration.ZERO : wait;
    }

    /** Asked about every value of every call, most of which have one class. */
    private boolean mayBeAnswer(Class<?> type) {
        return !classifiers.isEmpty() && !usual.refersTo(type) && mayBeAnswerIfUnusual(type);
    }

    private boolean mayBeAnswerIfUnusual(Class<?> type) {
        boolean answer = answers.get(type);
        if (!answer && usual.refersTo(null)) {
            usual = new WeakReference<>(type);
        }
        return answer;
    }

    private <T> @Nullable T ofResult(Object result, Function<Knowledge, @Nullable T> part) {
        Class<?> type = result.getClass();
        return first(one -> one.knowsResults(type) ? one.classifyResult(result) : null, part);
    }

    private <T> @Nullable T first(
            Function<FailureClassifier, @Nullable Knowledge> question, Function<Knowledge, @Nullable T> part) {
        for (FailureClassifier classifier : classifiers) {
            Knowledge knowledge = known(classifier, question);
            T told = knowledge == null ? null : part.apply(knowledge);
            if (told != null) {
                return told;
            }
        }
        return null;
    }

    private boolean knows(FailureClassifier classifier, Class<?> type) {
        return Boolean.TRUE.equals(known(classifier, one -> one.knowsResults(type)));
    }

    /** A classifier that throws knows nothing: it must not take the place of the failure it was asked about. */
    private <T> @Nullable T known(FailureClassifier classifier, Function<FailureClassifier, @Nullable T> question) {
        try {
            return question.apply(classifier);
        } catch (Exception | LinkageError | StackOverflowError thrown) {
            if (broken != null) {
                broken.report("the failure classifier " + classifier.getClass().getName(), thrown);
            }
            return null;
        }
    }

    private static boolean isHopeless(Throwable link) {
        return link instanceof Error
                || link instanceof CallRejectedException
                || link instanceof CancellationException
                || Interrupts.isOne(link);
    }

    /** Most of the {@link IOException}s come from the wire (refused, reset, timed out, unknown host), some from files. */
    private static boolean isTransient(Throwable link) {
        boolean local = link instanceof FileNotFoundException
                || link instanceof FileSystemException
                || link instanceof MalformedURLException;
        return link instanceof IOException && !local && !Interrupts.isOne(link)
                || link instanceof TimeoutException
                || link instanceof CallTimedOutException
                || OTHER_TIMEOUTS.matchesItself(link);
    }

    /** What was found so far, from the outermost throwable inward. */
    private static final class Findings {
        private boolean hopeless;
        private boolean transientFault;
        private @Nullable Boolean retryable;
        private @Nullable Integer status;
        private @Nullable Duration retryAfter;

        private void marked(Throwable link) {
            if (link instanceof RetryableException marker) {
                retryable = retryable == null ? Boolean.TRUE : retryable;
                retryAfter = retryAfter == null ? marker.retryAfter().orElse(null) : retryAfter;
            } else if (link instanceof NonRetryableException) {
                retryable = retryable == null ? Boolean.FALSE : retryable;
            }
        }

        private void learn(@Nullable Knowledge knowledge) {
            if (knowledge == null) {
                return;
            }
            status = status == null ? knowledge.status() : status;
            retryAfter = retryAfter == null ? knowledge.retryAfter() : retryAfter;
            transientFault |= knowledge.transientFault();
        }

        private Diagnosis diagnosis(boolean saysSo) {
            boolean rateLimited = status != null && status == 429 || saysSo && RateLimitWords.believedAt(status);
            Duration wait = retryAfter != null && retryAfter.isNegative() ? Duration.ZERO : retryAfter;
            return new Diagnosis(hopeless, retryable, status, wait, transientFault, rateLimited);
        }
    }
}
