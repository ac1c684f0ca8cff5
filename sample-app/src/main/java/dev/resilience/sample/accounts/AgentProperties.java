package dev.resilience.sample.accounts;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The agents who may ask for quotes.
 *
 * @param keys their API keys, which in this sample are their names as well
 */
@ConfigurationProperties("agents")
public record AgentProperties(@DefaultValue Set<String> keys) {}
