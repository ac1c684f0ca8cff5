package dev.resilience.sample.accounts;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The agents who may ask for quotes.
 *
 * @param keys their API keys, which in this sample are their names as well
 */
@ConfigurationProperties("agents")
public record AgentProperties(Set<String> keys) {}
