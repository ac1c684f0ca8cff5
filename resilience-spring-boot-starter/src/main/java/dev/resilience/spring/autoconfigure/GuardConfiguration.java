package dev.resilience.spring.autoconfigure;

import dev.resilience.spring.guard.Findings;
import dev.resilience.spring.guard.GuardAdvisor;
import dev.resilience.spring.guard.GuardStart;
import dev.resilience.spring.guard.GuardedBeans;
import dev.resilience.spring.guard.Guards;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.type.AnnotationMetadata;

/** Stands guards in front of methods. The advisor needs as little as possible, because it is made before most beans. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
@Import(GuardConfiguration.ProxyCreator.class)
class GuardConfiguration {

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static GuardedBeans resilienceGuardedBeans() {
        return new GuardedBeans();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static GuardAdvisor resilienceGuardAdvisor(GuardedBeans beans, ObjectProvider<Guards> guards) {
        return new GuardAdvisor(beans, guards::getObject);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static GuardStart resilienceGuardStart(
            GuardedBeans beans, ObjectProvider<Guards> guards, ObjectProvider<Findings> findings) {
        return new GuardStart(beans, guards::getObject, findings::getObject);
    }

    /** Makes sure that somebody makes proxies, as Spring's own transactions do. */
    static final class ProxyCreator implements ImportBeanDefinitionRegistrar {

        @Override
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
        }
    }
}
