package dev.resilience.spring.guard;

import dev.resilience.Collaborators;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;

/** The beans of the application, for policies that name them. Looking for them makes none. */
public final class BeanCollaborators implements Collaborators {

    private final ListableBeanFactory beans;

    public BeanCollaborators(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public boolean has(Class<?> type, String name) {
        return beans.containsBean(name) && beans.isTypeMatch(name, type);
    }

    @Override
    public List<String> names(Class<?> type) {
        return List.of(beans.getBeanNamesForType(type, true, false));
    }

    @Override
    public <T> T get(Class<T> type, String name) {
        return beans.getBean(name, type);
    }
}
