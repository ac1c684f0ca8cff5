package dev.resilience.spring.web.servlet;

import dev.resilience.spring.web.RefusalAnswer;
import dev.resilience.spring.web.RefusalAnswers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers refusals outside of controllers, through the exception handlers of Spring MVC: they write the same problem
 * document there, and the application's own handlers come first there as well.
 */
public final class RefusalWriter {

    private final Supplier<@Nullable HandlerExceptionResolver> resolver;
    private final RefusalAnswers answers;

    /** @param resolver asked for with the first refusal; gives null where there is no Spring MVC */
    public RefusalWriter(Supplier<@Nullable HandlerExceptionResolver> resolver, RefusalAnswers answers) {
        this.resolver = resolver;
        this.answers = answers;
    }

    /** Answers what is to be answered of this failure; false if there is none, or an answer has begun. */
    boolean answers(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exception refusal = response.isCommitted() ? null : RefusalAnswers.behind(failure);
        if (refusal == null) {
            return false;
        }
        answer(refusal, request, response);
        return true;
    }

    private void answer(Exception refusal, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        HandlerExceptionResolver known = resolver.get();
        ModelAndView answered = known == null ? null : known.resolveException(request, response, null, refusal);
        if (answered == null || !answered.isEmpty()) {
            answerBare(refusal, request, response);
        }
    }

    /** Where nobody writes documents, or somebody wants a view that only a dispatcher renders: the error page does it. */
    private void answerBare(Exception refusal, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        RefusalAnswer answer = ServletRefusals.answer(answers, refusal, request);
        answer.headers().forEach(response::setHeader);
        response.sendError(answer.status().value());
    }
}
