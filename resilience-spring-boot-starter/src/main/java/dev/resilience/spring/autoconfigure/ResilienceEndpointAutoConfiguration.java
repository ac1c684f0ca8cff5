package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.actuate.ResilienceEndpoint;
import dev.resilience.spring.actuate.ResilienceWebEndpointExtension;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The endpoint, where the actuator is on the class path and the endpoint is available. */
@AutoConfiguration(afterName = "dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(ResilienceEndpoint.class)
@ConditionalOnBean(PolicyRegistry.class)
public class ResilienceEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ResilienceEndpoint resilienceEndpoint(PolicyRegistry registry, GuardReport report) {
        return new ResilienceEndpoint(registry, report);
    }

    @Bean
    @ConditionalOnMissingBean
    ResilienceWebEndpointExtension resilienceWebEndpointExtension(
            ResilienceEndpoint endpoint, PolicyRegistry registry) {
        return new ResilienceWebEndpointExtension(endpoint, registry);
    }
}
