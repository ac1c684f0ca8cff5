package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.util.ClassUtils;

/** Looks at the beans that have been made: which of them were meant to be guarded and are not. */
final class Inspection {

    private final ConfigurableListableBeanFactory factory;
    private final AnnotationReader annotations;
    private final Guards guards;
    private final Findings findings;

    Inspection(
            ConfigurableListableBeanFactory factory, AnnotationReader annotations, Guards guards, Findings findings) {
        this.factory = factory;
        this.annotations = annotations;
        this.guards = guards;
        this.findings = findings;
    }

    /** Looks at every bean, and at the application's classes that are none of these. */
    void inspect(Set<Class<?>> otherBeans) {
        Map<Class<?>, Class<?>> exposed = new LinkedHashMap<>();
        Set<Class<?>> guarded = new HashSet<>();
        for (String name : factory.getSingletonNames()) {
            Object bean = factory.getSingleton(name);
            if (bean != null) {
                Object target = target(bean);
                Class<?> type = target.getClass();
                if (proveGuarded(name, bean, type)) {
                    guarded.add(ClassUtils.getUserClass(type));
                }
                exposed.putIfAbsent(type, bean.getClass());
            }
        }
        exposed.forEach(this::inspect);
        exposed.keySet().stream()
                .map(ClassUtils::getUserClass)
                .filter(type -> !guarded.contains(type))
                .forEach(type -> guards.disown(type, method -> true));
        Set<Class<?>> beans = new LinkedHashSet<>(otherBeans);
        beans.addAll(exposed.keySet());
        strays(beans);
    }

    private void strays(Set<Class<?>> beans) {
        ClassLoader loader = factory.getBeanClassLoader();
        if (loader != null && AutoConfigurationPackages.has(factory)) {
            findings.addAll(new StrayClasses(loader, annotations, beans).in(AutoConfigurationPackages.get(factory)));
        }
    }

    private boolean proveGuarded(String name, Object bean, Class<?> type) {
        boolean guarded = isGuarded(bean);
        if (!annotations.read(type).isEmpty() && !guarded) {
            findings.add(Finding.error(
                    "unguarded-bean",
                    name,
                    "The bean of " + type.getName() + " has guarded methods, and no guard stands in front of them:"
                            + " it was made before guards could be, or is hidden from them.",
                    "Make the method that defines what needs it early static, or give it to that one lazily."));
        }
        return guarded;
    }

    private void inspect(Class<?> type, Class<?> exposed) {
        if (annotations.concerns(type)) {
            Predicate<Method> meant = annotations.meant(type);
            findings.addAll(new InertMethods(meant).of(ClassUtils.getUserClass(type), exposed));
            guards.disown(
                    ClassUtils.getUserClass(type),
                    method -> InertMethods.isUnreachable(method, ClassUtils.getUserClass(type), exposed));
            findings.addAll(new ForeignRetry(meant).of(ClassUtils.getUserClass(type)));
            findings.addAll(new ForeignAsync(meant).of(ClassUtils.getUserClass(type)));
        }
    }

    /** Whether our advisor is around the object, at whatever depth. What can't be looked into has the benefit of the doubt. */
    private static boolean isGuarded(Object bean) {
        @Nullable Object layer = bean;
        while (layer instanceof Advised advised) {
            boolean ours = Arrays.stream(advised.getAdvisors()).anyMatch(GuardAdvisor.class::isInstance);
            layer = ours ? null : inner(advised);
        }
        return layer == null || AopUtils.isAopProxy(layer);
    }

    private static Object target(Object bean) {
        Object inner = bean;
        Object next = bean;
        while (next != null) {
            inner = next;
            next = next instanceof Advised advised ? inner(advised) : null;
        }
        return inner;
    }

    private static @Nullable Object inner(Advised advised) {
        TargetSource source = advised.getTargetSource();
        return source.isStatic() ? AopProxyUtils.getSingletonTarget(advised) : null;
    }
}
