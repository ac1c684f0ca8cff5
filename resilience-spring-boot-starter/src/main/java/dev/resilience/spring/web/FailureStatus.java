package dev.resilience.spring.web;

import dev.resilience.CallRejectedException;
import dev.resilience.CallTimedOutException;
import dev.resilience.failure.Causes;
import dev.resilience.failure.RetryableException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.util.ClassUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * The status that an exception becomes which is on its way out. Nobody has answered it yet: Spring Security, Spring's error
 * page and we ourselves do so further out, and what nobody knows is 500.
 */
public final class FailureStatus {

    private static final boolean SECURITY = ClassUtils.isPresent(
            "org.springframework.security.core.AuthenticationException", FailureStatus.class.getClassLoader());

    private FailureStatus() {}

    /** The status of the outermost of an exception and its causes that has one. */
    public static int of(Throwable failure) {
        for (Throwable cause : Causes.of(failure)) {
            HttpStatusCode status = known(cause);
            if (status != null) {
                return status.value();
            }
        }
        return HttpStatus.INTERNAL_SERVER_ERROR.value();
    }

    /** Whether the exception itself says what it becomes: an application that threw it means that. */
    public static boolean isSaidBy(Throwable failure) {
        return said(failure) != null;
    }

    /** That of a refusal: a caller over its own share is told so, everything else is the service's own affair. */
    static HttpStatus of(CallRejectedException refusal) {
        return refusal.blamesCaller() ? HttpStatus.TOO_MANY_REQUESTS : HttpStatus.SERVICE_UNAVAILABLE;
    }

    /** Whether it is one of the application that says when to come back. */
    static boolean isForLater(Throwable failure) {
        return failure instanceof RetryableException marked
                && marked.retryAfter().isPresent();
    }

    private static @Nullable HttpStatusCode known(Throwable failure) {
        if (failure instanceof CallRejectedException refusal) {
            return of(refusal);
        }
        if (failure instanceof CallTimedOutException) {
            return HttpStatus.GATEWAY_TIMEOUT;
        }
        HttpStatusCode said = said(failure);
        if (said == null && isForLater(failure)) {
            return HttpStatus.SERVICE_UNAVAILABLE;
        }
        return said == null && SECURITY ? Secured.status(failure) : said;
    }

    private static @Nullable HttpStatusCode said(Throwable failure) {
        if (failure instanceof ErrorResponse answer) {
            return answer.getStatusCode();
        }
        ResponseStatus status = AnnotatedElementUtils.findMergedAnnotation(failure.getClass(), ResponseStatus.class);
        return status == null ? null : status.code();
    }

    /** Apart, so that an application without Spring Security never loads it. */
    private static final class Secured {

        static @Nullable HttpStatus status(Throwable failure) {
            if (failure instanceof AuthenticationException) {
                return HttpStatus.UNAUTHORIZED;
            }
            return failure instanceof AccessDeniedException ? HttpStatus.FORBIDDEN : null;
        }
    }
}
