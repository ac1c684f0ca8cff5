package dev.resilience.spring.autoconfigure;

import dev.resilience.failure.FailureClassifier;
import dev.resilience.failure.RetryAfterHeader;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Knows the answers of Spring Web: responses that methods return, and exceptions that say by themselves which response they
 * become.
 */
final class WebAnswers implements FailureClassifier {

    private static final List<Class<?>> ANSWERS =
            List.of(ResponseEntity.class, ErrorResponse.class, ProblemDetail.class);

    private final InstantSource wall;

    /** The status that a class of exceptions is annotated with, or 0. Annotations are slow to find. */
    private final ClassValue<Integer> annotated = new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
            ResponseStatus status = AnnotatedElementUtils.findMergedAnnotation(type, ResponseStatus.class);
            return status == null ? 0 : status.code().value();
        }
    };

    WebAnswers(InstantSource wall) {
        this.wall = wall;
    }

    @Override
    public @Nullable Knowledge classify(Throwable throwable) {
        if (throwable instanceof ErrorResponse answer) {
            return knowledge(answer.getStatusCode().value(), answer.getHeaders());
        }
        int status = annotated.get(throwable.getClass());
        return status == 0 ? null : new Knowledge(status, null, false);
    }

    @Override
    public boolean knowsResults(Class<?> type) {
        return ANSWERS.stream().anyMatch(answer -> answer.isAssignableFrom(type));
    }

    @Override
    public @Nullable Knowledge classifyResult(Object result) {
        if (result instanceof ResponseEntity<?> answer) {
            return knowledge(answer.getStatusCode().value(), answer.getHeaders());
        }
        if (result instanceof ErrorResponse answer) {
            return knowledge(answer.getStatusCode().value(), answer.getHeaders());
        }
        return result instanceof ProblemDetail problem ? new Knowledge(problem.getStatus(), null, false) : null;
    }

    private Knowledge knowledge(int status, HttpHeaders headers) {
        List<String> waits = headers.getOrEmpty(HttpHeaders.RETRY_AFTER);
        return new Knowledge(status, RetryAfterHeader.parse(waits, wall).orElse(null), false);
    }
}
