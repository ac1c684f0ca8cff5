package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.client.DeadlinesInBuilders;
import dev.resilience.spring.client.RestClientDeadlines;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.guard.Findings;
import dev.resilience.time.Time;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.boot.restclient.RestTemplateCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.annotation.Order;
import org.springframework.web.client.RestClient;

/** Deadlines in RestClient, RestTemplate, and HTTP interface clients on top of them. */
@AutoConfiguration(after = ResilienceAutoConfiguration.class)
@ConditionalOnClass(RestClient.class)
@ConditionalOnBean(PolicyRegistry.class)
public final class ResilienceRestClientAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    RestClientDeadlines resilienceRestClientDeadlines(ResilienceProperties properties, Time time, Findings findings) {
        return new RestClientDeadlines(properties.httpClients(), time.scheduler(), findings);
    }

    /** Where Boot builds request factories. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ClientHttpRequestFactoryBuilder.class)
    static class Factories {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static DeadlinesInBuilders resilienceDeadlinesInBuilders(
                ConfigurableListableBeanFactory beans, ObjectProvider<RestClientDeadlines> deadlines) {
            return new DeadlinesInBuilders(beans, deadlines::getObject);
        }
    }

    /** Where Boot builds clients. Ours come last, so that they see what the application wants. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(RestClientCustomizer.class)
    static class Clients {

        @Bean
        @Order
        RestClientCustomizer resilienceRestClientCustomizer(RestClientDeadlines deadlines) {
            return deadlines::customize;
        }

        @Bean
        @Order
        RestTemplateCustomizer resilienceRestTemplateCustomizer(RestClientDeadlines deadlines) {
            return deadlines::customize;
        }
    }
}
