package dev.resilience.spring.web.servlet;

import dev.resilience.OngoingCall;
import dev.resilience.Pipeline;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * One request on its way through pipelines that have let it in. They are told its end once: the status it was answered
 * with, or what it failed with. An asynchronous request ends when its answer is complete.
 */
final class Passage {

    private final List<OngoingCall> calls;

    private Passage(List<OngoingCall> calls) {
        this.calls = calls;
    }

    /** Enters all pipelines, or none: what refuses or fails here is thrown. */
    static Passage enter(List<Pipeline> pipelines, HttpServletRequest request) {
        List<OngoingCall> calls = new ArrayList<>(pipelines.size());
        try {
            pipelines.forEach(pipeline -> calls.add(pipeline.entrance().enter(request)));
            return new Passage(calls);
        } catch (RuntimeException | Error refused) {
            calls.forEach(call -> call.threw(new CancellationException("refused further in")));
            throw refused;
        }
    }

    /** Goes on with the request. */
    void through(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (Throwable failure) {
            threw(failure);
            throw failure;
        }
        if (!request.isAsyncStarted()) {
            returned(response);
            return;
        }
        try {
            request.getAsyncContext().addListener(new AtCompletion(response));
        } catch (IllegalStateException completedMeanwhile) {
            returned(response);
        }
    }

    private void returned(HttpServletResponse response) {
        int status = response.getStatus();
        calls.forEach(call -> call.returned(status));
    }

    private void threw(Throwable failure) {
        calls.forEach(call -> call.threw(failure));
    }

    /** Waits for the end of an asynchronous request. A time-out is not the end: somebody may answer it yet. */
    private final class AtCompletion implements AsyncListener {
        private final HttpServletResponse response;

        private AtCompletion(HttpServletResponse response) {
            this.response = response;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            returned(response);
        }

        @Override
        public void onError(AsyncEvent event) {
            Throwable failure = event.getThrowable();
            threw(failure == null ? new CancellationException("the request failed") : failure);
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        /** Listeners are forgotten when a continuation begins. */
        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
