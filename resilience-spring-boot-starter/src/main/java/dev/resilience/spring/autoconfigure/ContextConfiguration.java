package dev.resilience.spring.autoconfigure;

import dev.resilience.ContextCarrier;
import io.micrometer.context.ContextRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What travels with a call to other threads. */
@Configuration(proxyBeanMethods = false)
class ContextConfiguration {

    /** Knows security and observation, by what they register with the library. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ContextRegistry.class)
    static class WithPropagation {

        @Bean
        @ConditionalOnMissingBean
        ContextCarrier resilienceContextCarrier() {
            return Carriers.both(new LoggingCarrier(), new PropagatingCarrier(ContextRegistry.getInstance()));
        }
    }

    /** Knows the logging context only. Nested configurations come in no order, so this one says when it is meant. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("io.micrometer.context.ContextRegistry")
    static class WithoutPropagation {

        @Bean
        @ConditionalOnMissingBean
        ContextCarrier resilienceLoggingCarrier() {
            return new LoggingCarrier();
        }
    }
}
