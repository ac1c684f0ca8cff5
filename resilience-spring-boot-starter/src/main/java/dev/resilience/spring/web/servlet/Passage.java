package dev.resilience.spring.web.servlet;

import dev.resilience.OngoingCall;
import dev.resilience.spring.web.FailureStatus;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, once rules have let it in. They are told its end, which is the status of its answer; that of an
 * asynchronous request is known when it is complete.
 *
 * <p><b>What if the request fails?</b> Somebody further out answers an exception, so it counts as the status it becomes
 * there. Not so where the connection breaks: whoever guesses passwords could hang up as soon as it has read the status and
 * take its guess back. Such a request counts as neither this nor that, and a limit on failures keeps its charge.
 *
 * <p>A request that rules further in have refused was never let in, however it ends.
 */
final class Passage implements AsyncListener {

    private final OngoingCall call;
    private final RequestLimits known;
    private final HttpServletResponse response;

    Passage(OngoingCall call, RequestLimits known, HttpServletResponse response) {
        this.call = call;
        this.known = known;
        this.response = response;
    }

    /** Goes on with the request. */
    void through(HttpServletRequest request, FilterChain chain) throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (Throwable failure) {
            failed(failure);
            throw failure;
        }
        if (request.isAsyncStarted()) {
            listen(request);
        } else {
            answered();
        }
    }

    private void listen(HttpServletRequest request) {
        try {
            request.getAsyncContext().addListener(this);
        } catch (IllegalStateException completedMeanwhile) {
            answered();
        }
    }

    private void answered() {
        if (known.isTurnedAway()) {
            call.withdrawn();
        } else {
            call.returned(response.getStatus());
        }
    }

    private void failed(@Nullable Throwable failure) {
        if (known.isTurnedAway()) {
            call.withdrawn();
            return;
        }
        Throwable cause = failure instanceof ServletException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
        if (cause == null || cause instanceof IOException) {
            call.threw(cause == null ? new CancellationException("nobody says why the request failed") : cause);
        } else {
            call.returned(FailureStatus.of(cause));
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        answered();
    }

    @Override
    public void onError(AsyncEvent event) {
        failed(event.getThrowable());
    }

    /** Not the end: somebody may answer yet. */
    @Override
    public void onTimeout(AsyncEvent event) {}

    /** Listeners are forgotten when a continuation begins another one. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
