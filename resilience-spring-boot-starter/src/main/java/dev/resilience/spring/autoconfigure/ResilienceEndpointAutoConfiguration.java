package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.event.EventSink;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.actuate.ResilienceEndpoint;
import dev.resilience.spring.actuate.ResilienceWebEndpointExtension;
import dev.resilience.spring.actuate.SpringCaches;
import dev.resilience.spring.actuate.UnknownSelectors;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The endpoint, where the actuator is on the class path and the endpoint is available. */
@AutoConfiguration(afterName = "dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration")
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(ResilienceEndpoint.class)
@ConditionalOnBean(PolicyRegistry.class)
@Import(SpringCacheConfiguration.class)
public class ResilienceEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ResilienceEndpoint resilienceEndpoint(
            PolicyRegistry registry, GuardReport report, SpringCaches springCaches, EventSink events) {
        return new ResilienceEndpoint(registry, report, springCaches, events);
    }

    @Bean
    @ConditionalOnMissingBean
    ResilienceWebEndpointExtension resilienceWebEndpointExtension(
            ResilienceEndpoint endpoint, PolicyRegistry registry) {
        return new ResilienceWebEndpointExtension(endpoint, registry);
    }

    /** Static, since endpoints are discovered early. */
    @Bean
    static UnknownSelectors resilienceUnknownSelectors() {
        return new UnknownSelectors();
    }
}
