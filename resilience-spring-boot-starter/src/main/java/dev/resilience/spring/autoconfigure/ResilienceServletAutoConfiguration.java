package dev.resilience.spring.autoconfigure;

import dev.resilience.Entrance;
import dev.resilience.Pipeline;
import dev.resilience.PolicyRegistry;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.guard.Guards;
import dev.resilience.spring.web.CacheHeaders;
import dev.resilience.spring.web.ChargeNotes;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.spring.web.RuleMatcher;
import dev.resilience.spring.web.servlet.CachedRequests;
import dev.resilience.spring.web.servlet.CachedResponseFilter;
import dev.resilience.spring.web.servlet.RefusalFilter;
import dev.resilience.spring.web.servlet.RefusalWriter;
import dev.resilience.spring.web.servlet.RuleFilter;
import dev.resilience.spring.web.servlet.ServletLimits;
import dev.resilience.spring.web.servlet.ServletRefusalAdvice;
import dev.resilience.spring.web.servlet.UnrenderedAdvice;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Rules for requests in servlet applications: a filter just before Spring Security's, for rules that need no caller, and
 * one just after it, for those that do. And the headers of responses that come from caches.
 */
@AutoConfiguration(after = {ResilienceAutoConfiguration.class, ResilienceWebAutoConfiguration.class})
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass({DispatcherServlet.class, FilterRegistrationBean.class})
@ConditionalOnBean({PolicyRegistry.class, Guards.class, RefusalAnswers.class})
public class ResilienceServletAutoConfiguration {

    private static final String SECURITY_ORDER = "spring.security.filter.order";
    private static final int DEFAULT_SECURITY_ORDER = -100;

    @Bean
    @ConditionalOnMissingBean
    ServletLimits resilienceServletLimits(LimitHeaders headers, PolicyRegistry registry) {
        ServletLimits limits = new ServletLimits(headers);
        if (headers.tell()) {
            new ChargeNotes(limits).watch(registry);
        }
        return limits;
    }

    @Bean
    @ConditionalOnMissingBean
    ServletRefusalAdvice resilienceServletRefusalAdvice(RefusalAnswers answers) {
        return new ServletRefusalAdvice(answers);
    }

    @Bean
    @ConditionalOnMissingBean
    RefusalWriter resilienceRefusalWriter(
            @Qualifier(DispatcherServlet.HANDLER_EXCEPTION_RESOLVER_BEAN_NAME) ObjectProvider<HandlerExceptionResolver> resolver,
            RefusalAnswers answers) {
        return new RefusalWriter(resolver::getIfAvailable, answers);
    }

    @Bean
    @ConditionalOnMissingBean(name = "resilienceRefusalFilter")
    FilterRegistrationBean<RefusalFilter> resilienceRefusalFilter(RefusalWriter writer, Environment environment) {
        FilterRegistrationBean<RefusalFilter> filter =
                registration(new RefusalFilter(writer), securityOrder(environment) - 2);
        filter.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        return filter;
    }

    @Bean
    @ConditionalOnMissingBean(name = "resilienceRulesBeforeLogin")
    FilterRegistrationBean<RuleFilter> resilienceRulesBeforeLogin(
            ObjectProvider<Guards> guards,
            ObjectProvider<PathPatternParser> parsers,
            ExecutionRuntime runtime,
            ResilienceProperties properties,
            ServletLimits limits,
            RefusalWriter writer,
            Environment environment) {
        Supplier<RuleMatcher<Entrance>> rules = matcher(true, guards, parsers, runtime);
        return registration(new RuleFilter(rules, limits, writer), properties, securityOrder(environment) - 1);
    }

    @Bean
    @ConditionalOnMissingBean(name = "resilienceRulesAfterLogin")
    FilterRegistrationBean<RuleFilter> resilienceRulesAfterLogin(
            ObjectProvider<Guards> guards,
            ObjectProvider<PathPatternParser> parsers,
            ExecutionRuntime runtime,
            ResilienceProperties properties,
            ServletLimits limits,
            RefusalWriter writer,
            Environment environment) {
        Supplier<RuleMatcher<Entrance>> rules = matcher(false, guards, parsers, runtime);
        return registration(new RuleFilter(rules, limits, writer), properties, securityOrder(environment) + 1);
    }

    @Bean
    @ConditionalOnMissingBean
    CachedRequests resilienceCachedRequests(CacheHeaders headers) {
        return new CachedRequests(headers);
    }

    /** As far in as can be, beside filters that have no order. */
    @Bean
    @ConditionalOnMissingBean(name = "resilienceCachedResponses")
    FilterRegistrationBean<CachedResponseFilter> resilienceCachedResponses(
            ObjectProvider<Guards> guards, CachedRequests requests, ResilienceProperties properties) {
        Supplier<CachedRequests> watching = SingletonSupplier.of(() -> {
            guards.getObject().eachCachedHandler(requests::watch);
            return requests;
        });
        FilterRegistrationBean<CachedResponseFilter> filter =
                registration(new CachedResponseFilter(watching), Ordered.LOWEST_PRECEDENCE);
        filter.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
        filter.setEnabled(properties.enabled());
        return filter;
    }

    @Bean
    @ConditionalOnMissingBean
    UnrenderedAdvice resilienceUnrenderedAdvice(CacheHeaders headers) {
        return new UnrenderedAdvice(headers);
    }

    /**
     * The server asks for its filters before guards are put together, so rules are fetched with the first request. Patterns
     * are read as Spring MVC reads those of controllers.
     */
    private static Supplier<RuleMatcher<Entrance>> matcher(
            boolean beforeLogin,
            ObjectProvider<Guards> guards,
            ObjectProvider<PathPatternParser> parsers,
            ExecutionRuntime runtime) {
        return SingletonSupplier.of(() -> RuleMatcher.of(
                guards.getObject().rules(),
                beforeLogin,
                parsers.getIfUnique(() -> PathPatternParser.defaultInstance),
                runtime,
                Pipeline::entrance));
    }

    private static FilterRegistrationBean<RuleFilter> registration(
            RuleFilter filter, ResilienceProperties properties, int order) {
        FilterRegistrationBean<RuleFilter> registration = registration(filter, order);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        registration.setEnabled(
                properties.enabled() && !properties.http().rules().isEmpty());
        return registration;
    }

    private static <F extends Filter> FilterRegistrationBean<F> registration(F filter, int order) {
        FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(order);
        registration.setAsyncSupported(true);
        return registration;
    }

    private static int securityOrder(Environment environment) {
        return environment.getProperty(SECURITY_ORDER, Integer.class, DEFAULT_SECURITY_ORDER);
    }
}
