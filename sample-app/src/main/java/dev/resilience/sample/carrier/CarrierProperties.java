package dev.resilience.sample.carrier;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the carrier listens.
 *
 * @param port the port; 0 for any free one
 */
@ConfigurationProperties("carrier")
public record CarrierProperties(@DefaultValue("8081") int port) {}
