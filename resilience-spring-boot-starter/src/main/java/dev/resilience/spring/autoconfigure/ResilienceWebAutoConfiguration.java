package dev.resilience.spring.autoconfigure;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.web.CacheHeaders;
import dev.resilience.spring.web.EntityTags;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.time.Time;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Refusals as HTTP answers, and what clients are told of cached ones, in servlet and reactive applications. */
@AutoConfiguration(after = ResilienceAutoConfiguration.class)
@ConditionalOnBean(PolicyRegistry.class)
@ConditionalOnWebApplication
@ConditionalOnClass({RestControllerAdvice.class, ProblemDetail.class})
public class ResilienceWebAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    LimitHeaders resilienceLimitHeaders(ResilienceProperties properties, Time time) {
        return new LimitHeaders(properties.http().headers(), properties.http().reset(), time.wall());
    }

    /** A server that compresses sends other bytes than those that a tag would be made of. */
    @Bean
    @ConditionalOnMissingBean
    CacheHeaders resilienceCacheHeaders(ResilienceProperties properties, Environment environment) {
        boolean encoded = environment.getProperty("server.compression.enabled", Boolean.class, false);
        return new CacheHeaders(properties.http().cacheStatus(), new EntityTags(encoded));
    }

    @Bean
    @ConditionalOnMissingBean
    RefusalAnswers resilienceRefusalAnswers(LimitHeaders headers) {
        return new RefusalAnswers(headers);
    }
}
