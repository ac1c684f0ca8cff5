package dev.resilience.spring.autoconfigure;

import dev.resilience.spring.web.RefusalAdvice;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Refusals as HTTP answers, in servlet and reactive applications. */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass({RestControllerAdvice.class, ProblemDetail.class})
public class ResilienceWebAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    RefusalAdvice resilienceRefusalAdvice() {
        return new RefusalAdvice();
    }
}
