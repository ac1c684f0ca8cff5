package dev.resilience.spring.guard;

import dev.resilience.configuration.Problem;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that ended because a guarded class is final: Spring would extend it, and says so in sixty lines.
 *
 * <p>Asked afterwards, because only Spring knows whether it would have extended the class or taken its interfaces.
 */
final class UnextendableClassAnalyzer extends AbstractFailureAnalyzer<AopConfigException> {

    private final BeanFactory factory;

    UnextendableClassAnalyzer(BeanFactory factory) {
        this.factory = factory;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, AopConfigException cause) {
        Class<?> type = beanClass(rootFailure);
        if (type == null || !Modifier.isFinal(type.getModifiers())) {
            return null;
        }
        List<Problem> problems = new InertMethods(new AnnotationReader().meant(type))
                .of(type, type).stream()
                        .filter(finding -> finding.code().equals("final-class"))
                        .map(Finding::problem)
                        .toList();
        return problems.isEmpty() ? null : analysis(problems, cause);
    }

    private static FailureAnalysis analysis(List<Problem> problems, AopConfigException cause) {
        String start = System.lineSeparator() + "  - ";
        String found = problems.stream()
                .map(problem -> problem.property() + " " + problem.reason())
                .collect(Collectors.joining(start, start, ""));
        return new FailureAnalysis(
                "A guard can't stand in front of:" + found, problems.get(0).remedy() + ".", cause);
    }

    /** The class of the bean that could not be made: the innermost, for others wait for it. */
    private @Nullable Class<?> beanClass(Throwable rootFailure) {
        String name = null;
        for (Throwable failure = rootFailure; failure != null; failure = failure.getCause()) {
            if (failure instanceof BeanCreationException creation) {
                name = creation.getBeanName();
            }
        }
        return name == null || !factory.containsBean(name) ? null : factory.getType(name, false);
    }
}
