package dev.resilience.spring.config;

import dev.resilience.configuration.Setting;
import java.util.Map;

/**
 * One rule for requests, as it is written.
 *
 * @param property its full name, such as {@code resilience.http.rules[0]}
 * @param origin where it is written
 * @param name what it is called
 * @param knobs what belongs to the rule itself
 * @param settings what belongs to its rate limiter, or to where that is placed, by address
 */
public record HttpRule(String property, String origin, String name, RuleKnobs knobs, Map<String, Setting> settings) {

    /** The rate limiter that decides. */
    public String rateLimiter() {
        return knobs.rateLimiter() == null ? name : knobs.rateLimiter();
    }

    /** Whether the rate limiter is the rule's own. */
    public boolean ownsRateLimiter() {
        return knobs.rateLimiter() == null;
    }
}
