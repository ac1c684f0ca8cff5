package dev.resilience.spring.autoconfigure;

import dev.resilience.ContextCarrier;
import dev.resilience.PolicyRegistry;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.spring.config.ResilienceProperties;
import dev.resilience.spring.guard.Guards;
import dev.resilience.spring.guard.RequestRule;
import dev.resilience.spring.web.CacheHeaders;
import dev.resilience.spring.web.ChargeNotes;
import dev.resilience.spring.web.LimitHeaders;
import dev.resilience.spring.web.RefusalAnswers;
import dev.resilience.spring.web.RuleMatcher;
import dev.resilience.spring.web.reactive.CachedExchanges;
import dev.resilience.spring.web.reactive.CachedResponseWebFilter;
import dev.resilience.spring.web.reactive.ExchangeLimits;
import dev.resilience.spring.web.reactive.ExchangeRefusalAdvice;
import dev.resilience.spring.web.reactive.RefusalExceptionHandler;
import dev.resilience.spring.web.reactive.RefusalWriter;
import dev.resilience.spring.web.reactive.RuleWebFilter;
import dev.resilience.spring.web.reactive.RuleWebFilter.Limiters;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.handler.AbstractHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Rules for requests in WebFlux, before Spring Security and after it, whose filters stand at -100. And the headers of responses
 * that come from caches.
 */
@AutoConfiguration(after = ResilienceWebAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
@ConditionalOnBean({PolicyRegistry.class, Guards.class, RefusalAnswers.class})
public class ResilienceWebFluxAutoConfiguration {

    private static final String HANDLERS = "requestMappingHandlerMapping";
    private static final int BEFORE_SECURITY = -110;
    private static final int AFTER_SECURITY = -90;

    /** Without it no method could ask for the address or a header of its request. It only adds to the context. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @ConditionalOnMissingBean
    ServerWebExchangeContextFilter resilienceExchangeContextFilter() {
        return new ServerWebExchangeContextFilter();
    }

    @Bean
    @ConditionalOnMissingBean
    ExchangeLimits resilienceExchangeLimits(LimitHeaders headers, PolicyRegistry registry) {
        ExchangeLimits limits = new ExchangeLimits(headers);
        if (headers.tell()) {
            new ChargeNotes(limits).watch(registry);
        }
        return limits;
    }

    @Bean
    @ConditionalOnMissingBean
    RefusalWriter resilienceExchangeRefusalWriter(ServerCodecConfigurer codecs) {
        return new RefusalWriter(codecs.getWriters());
    }

    @Bean
    @ConditionalOnMissingBean
    ExchangeRefusalAdvice resilienceExchangeRefusalAdvice(RefusalAnswers answers) {
        return new ExchangeRefusalAdvice(answers);
    }

    @Bean
    @ConditionalOnMissingBean
    RefusalExceptionHandler resilienceRefusalExceptionHandler(RefusalAnswers answers, RefusalWriter writer) {
        return new RefusalExceptionHandler(answers, writer);
    }

    @Bean
    @ConditionalOnMissingBean(name = "resilienceRulesBeforeLogin")
    RuleWebFilter resilienceRulesBeforeLogin(
            ObjectProvider<Guards> guards,
            @Qualifier(HANDLERS) ObjectProvider<AbstractHandlerMapping> handlers,
            ExecutionRuntime runtime,
            RefusalAnswers answers,
            RefusalWriter writer,
            ContextCarrier carrier) {
        return new RuleWebFilter(matcher(true, guards, handlers, runtime, carrier), answers, writer, BEFORE_SECURITY);
    }

    @Bean
    @ConditionalOnMissingBean(name = "resilienceRulesAfterLogin")
    RuleWebFilter resilienceRulesAfterLogin(
            ObjectProvider<Guards> guards,
            @Qualifier(HANDLERS) ObjectProvider<AbstractHandlerMapping> handlers,
            ExecutionRuntime runtime,
            RefusalAnswers answers,
            RefusalWriter writer,
            ContextCarrier carrier) {
        return new RuleWebFilter(matcher(false, guards, handlers, runtime, carrier), answers, writer, AFTER_SECURITY);
    }

    /** As far in as can be, beside filters that have no order. */
    @Bean
    @ConditionalOnMissingBean
    CachedResponseWebFilter resilienceCachedResponses(
            ObjectProvider<Guards> guards, CacheHeaders headers, ResilienceProperties properties) {
        return new CachedResponseWebFilter(
                SingletonSupplier.of(() -> {
                    CachedExchanges watching = new CachedExchanges();
                    if (properties.enabled()) {
                        guards.getObject().eachCachedHandler(watching::watch);
                    }
                    return watching;
                }),
                headers);
    }

    /**
     * The server may ask for its filters before guards are put together, so rules are fetched with the first exchange.
     * Patterns are read as WebFlux reads those of controllers.
     */
    private static Supplier<RuleMatcher<Limiters>> matcher(
            boolean beforeLogin,
            ObjectProvider<Guards> guards,
            ObjectProvider<AbstractHandlerMapping> handlers,
            ExecutionRuntime runtime,
            ContextCarrier carrier) {
        return SingletonSupplier.of(() -> {
            Guards known = guards.getObject();
            List<RequestRule> rules = known.enabled() ? known.rules() : List.of();
            AbstractHandlerMapping mapping = handlers.getIfAvailable();
            PathPatternParser parser =
                    mapping == null ? PathPatternParser.defaultInstance : mapping.getPathPatternParser();
            return RuleMatcher.of(rules, beforeLogin, parser, runtime, pipeline -> new Limiters(pipeline, carrier));
        });
    }
}
