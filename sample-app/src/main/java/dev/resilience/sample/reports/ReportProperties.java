package dev.resilience.sample.reports;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How heavy reports are.
 *
 * @param takes how long one takes
 */
@ConfigurationProperties("reports")
public record ReportProperties(@DefaultValue("1s") Duration takes) {}
