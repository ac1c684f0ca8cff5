package dev.resilience.spring.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.IndexAccessor;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * The arguments of one call as SpEL's variables, over the read-only context that all calls share. It knows no root, and
 * whatever changes something is refused by the shared context.
 */
final class ArgumentsContext implements EvaluationContext {

    private static final SimpleEvaluationContext READ_ONLY = SimpleEvaluationContext.forReadOnlyDataBinding()
            .withInstanceMethods()
            .build();

    private final List<String> names;
    private final Object[] arguments;

    ArgumentsContext(List<String> names, Object[] arguments) {
        this.names = names;
        this.arguments = arguments;
    }

    @Override
    public @Nullable Object lookupVariable(String name) {
        int index = names.indexOf(name);
        return index < 0 ? null : arguments[index];
    }

    @Override
    public void setVariable(String name, @Nullable Object value) {
        throw new UnsupportedOperationException("arguments are only read");
    }

    @Override
    public boolean isAssignmentEnabled() {
        return false;
    }

    @Override
    public TypedValue getRootObject() {
        return TypedValue.NULL;
    }

    @Override
    public List<PropertyAccessor> getPropertyAccessors() {
        return READ_ONLY.getPropertyAccessors();
    }

    @Override
    public List<IndexAccessor> getIndexAccessors() {
        return READ_ONLY.getIndexAccessors();
    }

    @Override
    public List<ConstructorResolver> getConstructorResolvers() {
        return READ_ONLY.getConstructorResolvers();
    }

    @Override
    public List<MethodResolver> getMethodResolvers() {
        return READ_ONLY.getMethodResolvers();
    }

    @Override
    public @Nullable BeanResolver getBeanResolver() {
        return READ_ONLY.getBeanResolver();
    }

    @Override
    public TypeLocator getTypeLocator() {
        return READ_ONLY.getTypeLocator();
    }

    @Override
    public TypeConverter getTypeConverter() {
        return READ_ONLY.getTypeConverter();
    }

    @Override
    public TypeComparator getTypeComparator() {
        return READ_ONLY.getTypeComparator();
    }

    @Override
    public OperatorOverloader getOperatorOverloader() {
        return READ_ONLY.getOperatorOverloader();
    }
}
