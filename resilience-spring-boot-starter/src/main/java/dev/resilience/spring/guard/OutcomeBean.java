package dev.resilience.spring.guard;

import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ResolvableType;

/**
 * Asks a bean: an {@link OutcomeRule}, or a {@code Predicate} of results or of throwables, by the type it is declared with.
 * The bean is fetched with the first outcome, since it may itself depend on guarded beans.
 */
final class OutcomeBean implements OutcomeRule {

    private final ApplicationContext context;
    private final String name;
    private volatile @Nullable OutcomeRule rule;

    OutcomeBean(ApplicationContext context, String name) {
        this.context = context;
        this.name = name;
    }

    @Override
    public @Nullable Judgement judge(@Nullable Object result, @Nullable Throwable failure) {
        return rule().judge(result, failure);
    }

    /** Two first outcomes may both fetch it; they get the same bean. */
    private OutcomeRule rule() {
        OutcomeRule known = rule;
        if (known == null) {
            Object bean = context.getBean(name);
            known = bean instanceof OutcomeRule itself ? itself : asking((Predicate<?>) bean, subject(bean));
            rule = known;
        }
        return known;
    }

    /** A predicate is asked about what it can be asked about; nothing is true of what isn't there. */
    @SuppressWarnings("unchecked")
    private static OutcomeRule asking(Predicate<?> predicate, Class<?> subject) {
        return (result, failure) -> {
            Object asked = failure == null ? result : failure;
            boolean fits = asked != null && subject.isInstance(asked);
            return fits && ((Predicate<Object>) predicate).test(asked) ? Judgement.FAILURE : null;
        };
    }

    /** The class of which the predicate knows something; {@code Object} where its declaration doesn't tell. */
    private Class<?> subject(Object bean) {
        ResolvableType declared = declared().as(Predicate.class);
        ResolvableType type = declared == ResolvableType.NONE || declared.hasUnresolvableGenerics()
                ? ResolvableType.forClass(bean.getClass()).as(Predicate.class)
                : declared;
        return type.getGeneric().resolve(Object.class);
    }

    private ResolvableType declared() {
        if (context instanceof ConfigurableApplicationContext open
                && open.getBeanFactory().containsBeanDefinition(name)) {
            BeanDefinition definition = open.getBeanFactory().getMergedBeanDefinition(name);
            return definition instanceof RootBeanDefinition root ? root.getResolvableType() : ResolvableType.NONE;
        }
        return ResolvableType.NONE;
    }
}
