package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.configuration.NearestName;
import dev.resilience.failure.OutcomeRule;
import dev.resilience.failure.OutcomeRuleSource;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ReflectionUtils;

/**
 * Compiles, at start-up, the texts that say which outcomes are failures: {@code @bean}, or an expression over
 * {@code #result} and {@code #failure} that does no more than those of keys may. What a call brings is only ever a value of
 * an expression, never its text.
 */
public final class OutcomeExpressions implements OutcomeRuleSource {

    private static final Pattern BEAN = Pattern.compile("@[\\p{L}\\p{N}_.$-]+");
    private static final Method OUTCOME =
            Objects.requireNonNull(ReflectionUtils.findMethod(Outcome.class, "outcome", Object.class, Throwable.class));

    private final ApplicationContext context;

    public OutcomeExpressions(ApplicationContext context) {
        this.context = context;
    }

    /** What an expression may read, as if it were the arguments of a method. */
    interface Outcome {
        boolean outcome(Object result, Throwable failure);
    }

    @Override
    public OutcomeRule rule(String knob, String text) {
        Site site = new Site(knob, text.strip(), OUTCOME, CallShape.BLOCKING);
        return BEAN.matcher(site.text()).matches()
                ? bean(site)
                : OutcomeExpression.compile(site, context.getClassLoader());
    }

    private OutcomeRule bean(Site site) {
        String name = site.text().substring(1);
        if (!context.containsBean(name)) {
            throw site.wrong(
                    "names no bean",
                    NearestName.question(name, known(), "@") + "Declare a Predicate or OutcomeRule bean named '" + name
                            + "'");
        }
        if (!context.isTypeMatch(name, OutcomeRule.class) && !context.isTypeMatch(name, Predicate.class)) {
            throw site.wrong(
                    "names a bean of another type",
                    "Let '" + name + "' be a java.util.function.Predicate of results or throwables, or an OutcomeRule");
        }
        return new OutcomeBean(context, name);
    }

    private List<String> known() {
        List<String> known = new ArrayList<>(List.of(context.getBeanNamesForType(OutcomeRule.class, true, false)));
        known.addAll(List.of(context.getBeanNamesForType(Predicate.class, true, false)));
        return known;
    }
}
