package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.spring.metrics.ResilienceMeters;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The meters, where Micrometer is on the class path; Boot binds them to every meter registry. */
@AutoConfiguration(afterName = "dev.resilience.spring.autoconfigure.ResilienceAutoConfiguration")
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(PolicyRegistry.class)
public class ResilienceMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ResilienceMeters resilienceMeters(PolicyRegistry registry, ExecutionRuntime runtime) {
        return new ResilienceMeters(registry, runtime.timed());
    }
}
