package dev.resilience.failure;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.FailureClassifier.Knowledge;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads failures: what a throwable and its nested causes tell about the HTTP answer, the wait it asks for, and whether
 * anybody may try again. Asked on the way of failure only. Thread-safe.
 *
 * <p>The outermost throwable that knows something wins; the core itself knows the JDK's exceptions, the classifiers
 * know the rest.
 */
public final class Failures {

    /** Netty's family of timeouts is no {@link IOException}; known by name, so that Netty need not be there. */
    private static final ThrowableMatcher OTHER_TIMEOUTS =
            new ThrowableMatcher(List.of("io.netty.handler.timeout.TimeoutException"));

    private final List<FailureClassifier> classifiers;

    /** Reads with the help of these, the first that knows something winning. */
    public Failures(List<FailureClassifier> classifiers) {
        this.classifiers = List.copyOf(classifiers);
    }

    /** What this failure tells. */
    public Diagnosis diagnose(Throwable failure) {
        Findings findings = new Findings();
        boolean saysSo = false;
        for (Throwable link : Causes.of(failure)) {
            findings.hopeless |= isHopeless(link);
            findings.transientFault |= isTransient(link);
            findings.marked(link);
            classifiers.forEach(classifier -> findings.learn(known(classifier, link)));
            saysSo |= !findings.hopeless && RateLimitWords.in(link);
        }
        return findings.diagnosis(saysSo);
    }

    /** A classifier that throws knows nothing: it must not take the place of the failure it was asked about. */
    private static @Nullable Knowledge known(FailureClassifier classifier, Throwable link) {
        try {
            return classifier.classify(link);
        } catch (RuntimeException | LinkageError broken) {
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
                || OTHER_TIMEOUTS.matches(link);
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
