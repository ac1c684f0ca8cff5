package dev.resilience.spring.autoconfigure;

import dev.resilience.failure.FailureClassifier;
import dev.resilience.time.Time;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the exceptions of Spring's HTTP clients, where there are any. */
@Configuration(proxyBeanMethods = false)
class ClientFailureConfiguration {

    /** RestClient and RestTemplate. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.web.client.RestClientResponseException")
    static class Blocking {

        @Bean
        FailureClassifier resilienceRestClientFailures(Time time) {
            return new RestClientFailures(time.wall());
        }
    }

    /** WebClient. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.web.reactive.function.client.WebClientResponseException")
    static class Reactive {

        @Bean
        FailureClassifier resilienceWebClientFailures(Time time) {
            return new WebClientFailures(time.wall());
        }
    }
}
