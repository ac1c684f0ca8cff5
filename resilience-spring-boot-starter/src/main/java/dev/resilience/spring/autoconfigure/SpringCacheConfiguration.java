package dev.resilience.spring.autoconfigure;

import dev.resilience.spring.actuate.SpringCaches;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Spring's cache managers, as far as the application has made them: asking for what they keep makes none. */
@Configuration(proxyBeanMethods = false)
class SpringCacheConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SpringCaches resilienceSpringCaches(ConfigurableListableBeanFactory factory) {
        return new SpringCaches(() -> managers(factory));
    }

    /** Those of outer contexts as well; the inner one of a name hides the outer one. */
    private static Map<String, CacheManager> managers(ConfigurableListableBeanFactory factory) {
        Map<String, CacheManager> managers = new LinkedHashMap<>();
        BeanFactory next = factory;
        while (next instanceof ConfigurableListableBeanFactory known) {
            for (String name : known.getBeanNamesForType(CacheManager.class, false, false)) {
                if (known.containsSingleton(name)) {
                    managers.putIfAbsent(name, known.getBean(name, CacheManager.class));
                }
            }
            next = known.getParentBeanFactory();
        }
        return managers;
    }
}
