package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which methods of beans are guarded, by their annotations alone: proxies are made before policies are.
 *
 * <p>It remembers the guarded classes it is asked about until somebody wants to hear of them, and tells of those that
 * come later at once. Thread-safe.
 */
public final class GuardedBeans {

    private final AnnotationReader reader = new AnnotationReader();
    private final Set<Class<?>> met = new LinkedHashSet<>();
    private @Nullable Consumer<Class<?>> listener;

    AnnotationReader reader() {
        return reader;
    }

    boolean guard(Class<?> beanClass) {
        boolean guarded = !reader.read(beanClass).isEmpty();
        if (guarded) {
            meet(beanClass);
        }
        return guarded;
    }

    boolean guard(Method method, Class<?> beanClass) {
        return reader.read(beanClass).stream().anyMatch(declared -> declared.isCalled(method));
    }

    /** The guarded classes of beans, as far as they are known. */
    Set<Class<?>> met() {
        synchronized (met) {
            return Set.copyOf(met);
        }
    }

    /** Hears of the guarded classes that were met, and from now on of each new one. */
    void tell(Consumer<Class<?>> who) {
        List<Class<?>> before;
        synchronized (met) {
            listener = who;
            before = new ArrayList<>(met);
        }
        before.forEach(who);
    }

    private void meet(Class<?> beanClass) {
        Consumer<Class<?>> told;
        synchronized (met) {
            told = met.add(beanClass) ? listener : null;
        }
        if (told != null) {
            told.accept(beanClass);
        }
    }
}
