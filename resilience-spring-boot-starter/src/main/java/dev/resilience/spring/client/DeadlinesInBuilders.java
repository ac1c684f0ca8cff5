package dev.resilience.spring.client;

import java.util.function.Supplier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;

/**
 * Lets the builder of request factories that Spring Boot uses for all its clients build such that are bound to deadlines:
 * for {@code RestClient}, {@code RestTemplate}, and the groups of HTTP interfaces with settings of their own.
 *
 * <p>It comes after everybody who customizes the builder. A builder that is declared by its own class stays what it is,
 * because somebody may ask for that class.
 */
public final class DeadlinesInBuilders implements BeanPostProcessor {

    private final ConfigurableListableBeanFactory beans;
    private final Supplier<RestClientDeadlines> deadlines;

    public DeadlinesInBuilders(ConfigurableListableBeanFactory beans, Supplier<RestClientDeadlines> deadlines) {
        this.beans = beans;
        this.deadlines = deadlines;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ClientHttpRequestFactoryBuilder<?> builder && isDeclaredAsSuch(name)
                ? new DeadlineRequestFactoryBuilder<>(builder, deadlines)
                : bean;
    }

    private boolean isDeclaredAsSuch(String name) {
        return beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name).getResolvableType().resolve()
                        == ClientHttpRequestFactoryBuilder.class;
    }
}
