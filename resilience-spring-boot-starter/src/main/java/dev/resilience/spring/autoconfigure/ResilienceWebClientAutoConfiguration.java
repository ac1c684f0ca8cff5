package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.client.WebClientDeadlines;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.time.Time;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.client.WebClient;

/** Deadlines in WebClient, and in HTTP interface clients on top of it. */
@AutoConfiguration(after = ResilienceAutoConfiguration.class)
@ConditionalOnClass(WebClient.class)
@ConditionalOnBean(PolicyRegistry.class)
public final class ResilienceWebClientAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    WebClientDeadlines resilienceWebClientDeadlines(ResilienceProperties properties, Time time) {
        return new WebClientDeadlines(properties.httpClients(), time.scheduler());
    }

    /** Where Boot builds clients. Ours comes last, closest to the exchange. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(WebClientCustomizer.class)
    static class Clients {

        @Bean
        @Order
        WebClientCustomizer resilienceWebClientCustomizer(WebClientDeadlines deadlines) {
            return builder -> builder.filter(deadlines);
        }
    }
}
