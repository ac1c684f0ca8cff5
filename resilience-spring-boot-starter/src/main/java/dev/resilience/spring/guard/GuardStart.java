package dev.resilience.spring.guard;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryInitializer;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.util.ClassUtils;

/**
 * The two moments of a start: before the beans are made, the guards of all classes that are known are put together; when
 * they have been made, it is looked at what became of that.
 */
public final class GuardStart
        implements BeanFactoryInitializer<ConfigurableListableBeanFactory>, SmartInitializingSingleton {

    private final GuardedBeans beans;
    private final Supplier<Guards> guards;
    private final Supplier<Findings> findings;
    private @Nullable ConfigurableListableBeanFactory factory;

    public GuardStart(GuardedBeans beans, Supplier<Guards> guards, Supplier<Findings> findings) {
        this.beans = beans;
        this.guards = guards;
        this.findings = findings;
    }

    @Override
    public void initialize(ConfigurableListableBeanFactory beanFactory) {
        factory = beanFactory;
        Set<Class<?>> known = guardedClasses(beanFactory);
        guards.get().begin(known);
        known.forEach(beans::guard);
        beans.tell(guards.get()::meet);
    }

    @Override
    public void afterSingletonsInstantiated() {
        ConfigurableListableBeanFactory known = factory;
        if (known != null) {
            new Inspection(known, beans.reader(), guards.get(), findings.get()).inspect(beans.met());
        }
        guards.get().complete(() -> known != null && LateBeans.areIn(known));
        guards.get()
                .report(new ExceptionNames(
                        known == null ? null : known.getBeanClassLoader(), applicationPackages(known), findings.get()));
        new StartReport(guards.get(), findings.get()).write();
        guards.get().failIfStrict();
    }

    private static List<String> applicationPackages(@Nullable ConfigurableListableBeanFactory known) {
        return known != null && AutoConfigurationPackages.has(known) ? AutoConfigurationPackages.get(known) : List.of();
    }

    /** Classes only: behind an interface there may be any implementation, and each goes by its own name. */
    private Set<Class<?>> guardedClasses(ConfigurableListableBeanFactory beanFactory) {
        Set<Class<?>> classes = new LinkedHashSet<>();
        for (String name : beanFactory.getBeanDefinitionNames()) {
            BeanDefinition definition = beanFactory.getMergedBeanDefinition(name);
            Class<?> type = definition.isAbstract() ? null : beanFactory.getType(name, false);
            if (type != null
                    && !type.isInterface()
                    && !beans.reader().read(type).isEmpty()) {
                classes.add(ClassUtils.getUserClass(type));
            }
        }
        return classes;
    }
}
