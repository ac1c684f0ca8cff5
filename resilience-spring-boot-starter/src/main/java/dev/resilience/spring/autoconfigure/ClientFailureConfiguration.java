package dev.resilience.spring.autoconfigure;

import dev.resilience.failure.FailureClassifier;
import dev.resilience.time.Time;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the exceptions and answers of HTTP clients and of Spring Web, where there are any. */
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

    /** Responses that methods return, and exceptions that become some. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.web.ErrorResponse")
    static class Web {

        @Bean
        FailureClassifier resilienceWebAnswers(Time time) {
            return new WebAnswers(time.wall());
        }
    }

    /** The JDK's client, of which a run time image may have been made without. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "java.net.http.HttpResponse")
    static class Jdk {

        @Bean
        FailureClassifier resilienceJdkAnswers(Time time) {
            return new JdkAnswers(time.wall());
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
