package dev.resilience.spring.web.servlet;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.web.RefusalAnswer;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.spring.web.Standing;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;

/** Answers to refusals of servlet requests, with what is known of the request. */
final class ServletRefusals {

    private ServletRefusals() {}

    static RefusalAnswer answer(RefusalAnswers answers, Exception answered, HttpServletRequest request) {
        Collection<Standing> standings = RequestLimits.standings(request);
        RefusalAnswer answer =
                answered instanceof RateLimitedException limited && RequestLimits.isOfRule(limited, request)
                        ? answers.ofRule(limited, standings)
                        : answers.of(answered, standings);
        return answer.about(request.getRequestURI());
    }
}
