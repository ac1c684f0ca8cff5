package dev.resilience.spring.web;

import dev.resilience.Pipeline;
import dev.resilience.spring.guard.RequestRule;
import java.util.List;

/**
 * The rules about a request.
 *
 * @param pipeline their limiters; what they guard gives the status of the answer
 */
public record MatchedRules(List<RequestRule> rules, Pipeline pipeline) {}
