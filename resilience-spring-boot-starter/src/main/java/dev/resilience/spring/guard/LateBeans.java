package dev.resilience.spring.guard;

import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** Looks for beans that show their class only when they are made, and haven't been made: any policy may be on their methods. */
final class LateBeans {

    private LateBeans() {}

    static boolean areIn(ConfigurableListableBeanFactory factory) {
        for (String name : factory.getBeanDefinitionNames()) {
            if (!factory.getMergedBeanDefinition(name).isAbstract()
                    && !factory.containsSingleton(name)
                    && isHidden(factory.getType(name, false))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isHidden(@Nullable Class<?> type) {
        return type == null
                || type == Object.class
                || Modifier.isAbstract(type.getModifiers()) && !AnnotationReader.isForeign(type);
    }
}
