package dev.resilience.spring.web.servlet;

import dev.resilience.CallRejectedException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.web.RefusalAnswer;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.spring.web.Standing;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;

/** Answers to refusals of servlet requests, with what is known of the request. */
final class ServletRefusals {

    private ServletRefusals() {}

    static RefusalAnswer answer(RefusalAnswers answers, CallRejectedException refusal, HttpServletRequest request) {
        Collection<Standing> standings = RequestLimits.standings(request);
        RefusalAnswer answer =
                refusal instanceof RateLimitedException limited && RequestLimits.isOfRule(refusal, request)
                        ? answers.ofRule(limited, standings)
                        : answers.of(refusal, standings);
        return answer.about(request.getRequestURI());
    }
}
