package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.actuate.ResilienceHealth;
import dev.resilience.spring.config.ResilienceProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health detail, where Boot's health is on the class path and {@code management.health.resilience.enabled} isn't false. */
@AutoConfiguration(afterName = "dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration")
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnEnabledHealthIndicator("resilience")
@ConditionalOnBean({PolicyRegistry.class, ResilienceProperties.class})
public class ResilienceHealthAutoConfiguration {

    /** Its name without the suffix is that of the component. */
    @Bean
    @ConditionalOnMissingBean(name = "resilienceHealthIndicator")
    ResilienceHealth resilienceHealthIndicator(PolicyRegistry registry, ResilienceProperties properties) {
        return new ResilienceHealth(registry, properties.healthDownOn());
    }
}
