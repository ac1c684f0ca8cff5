package dev.resilience.spring.web.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.OngoingCall;
import dev.resilience.WithdrawnException;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.server.ResponseStatusException;

class PassageTest {

    private final List<Object> told = new ArrayList<>();
    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final Passage passage = new Passage(
            new OngoingCall() {
                @Override
                public void returned(Object value) {
                    told.add(value);
                }

                @Override
                public void threw(Throwable failure) {
                    told.add(failure);
                }
            },
            RequestLimits.of(request),
            response);

    PassageTest() {
        request.setAsyncSupported(true);
    }

    @Test
    void aRequestEndsWithTheStatusOfItsAnswer() throws Exception {
        passage.through(request, (asked, answer) -> response.setStatus(401));

        assertThat(told).containsExactly(401);
    }

    @Test
    void anExceptionCountsAsTheStatusItCarriesOrAs500() {
        fail(new ServletException(new ResponseStatusException(HttpStatus.FORBIDDEN)));
        fail(new ServletException(new IllegalStateException()));
        fail(new IllegalStateException());

        assertThat(told).containsExactly(403, 500, 500);
    }

    @Test
    void aBrokenConnectionIsNoAnswerSoThatNobodyTakesAGuessBack() {
        IOException broken = new IOException("connection reset");

        fail(broken);
        fail(new ServletException(broken));

        assertThat(told).containsExactly(broken, broken);
    }

    @Test
    void aRequestThatALaterRuleRefusesWasNeverLetInHoweverItEnds() throws Exception {
        RequestLimits.of(request).refusedByRule(new IllegalStateException());

        passage.through(request, (asked, answer) -> response.setStatus(429));
        passage.onComplete(event(null));
        passage.onError(event(new IOException("connection reset")));

        assertThat(told).hasSize(3).hasOnlyElementsOfType(WithdrawnException.class);
    }

    @Test
    void anAsynchronousRequestEndsWhenItIsComplete() throws Exception {
        passage.through(request, (asked, answer) -> request.startAsync(request, response));
        assertThat(told).isEmpty();

        response.setStatus(403);
        request.getAsyncContext().complete();

        assertThat(told).containsExactly(403);
    }

    @Test
    void anAsynchronousRequestThatTimesOutEndsWithWhateverIsAnsweredThen() {
        passage.onTimeout(event(null));
        response.setStatus(503);
        passage.onComplete(event(null));

        assertThat(told).containsExactly(503);
    }

    @Test
    void anAsynchronousRequestMayFail() {
        passage.onError(event(new IllegalStateException()));
        passage.onError(event(null));

        assertThat(told).element(0).isEqualTo(500);
        assertThat(told).element(1).isInstanceOf(CancellationException.class);
    }

    @Test
    void aContinuationThatBeginsAnotherIsListenedToAgain() {
        MockAsyncContext another = new MockAsyncContext(request, response);

        passage.onStartAsync(new AsyncEvent(another));

        assertThat(another.getListeners()).containsExactly(passage);
    }

    private void fail(Exception failure) {
        FilterChain failing = (asked, answer) -> {
            if (failure instanceof IOException io) {
                throw io;
            }
            if (failure instanceof ServletException servlet) {
                throw servlet;
            }
            throw (RuntimeException) failure;
        };
        assertThat(catchThrowable(() -> passage.through(request, failing))).isSameAs(failure);
    }

    private AsyncEvent event(Throwable failure) {
        return new AsyncEvent(new MockAsyncContext(request, response), request, response, failure);
    }
}
