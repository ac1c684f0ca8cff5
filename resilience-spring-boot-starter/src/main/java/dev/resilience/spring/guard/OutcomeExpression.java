package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import dev.resilience.failure.Judgement;
import dev.resilience.failure.OutcomeRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.spel.SpelEvaluationException;
import org.springframework.expression.spel.SpelMessage;

/**
 * A question about an outcome, in SpEL. True makes it a failure; everything else leaves it to the other rules.
 *
 * <p>It is asked about what it names: one that names only {@code #result} about calls that gave one, one that names only
 * {@code #failure} about calls that failed; of several with an {@code or} between them each by itself. A null on the way makes the whole null, as in keys: an empty result has no
 * status that could be wrong. So does a property that a failure hasn't: failures are of many types, and an expression
 * can't ask for them.
 */
final class OutcomeExpression implements OutcomeRule {

    private static final String RESULT = "result";
    private static final String FAILURE = "failure";
    private static final Set<SpelMessage> NULL_ON_THE_WAY = Set.of(
            SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE_ON_NULL,
            SpelMessage.METHOD_CALL_ON_NULL_OBJECT_NOT_ALLOWED,
            SpelMessage.CANNOT_INDEX_INTO_NULL_VALUE);
    private static final Set<SpelMessage> OF_ANOTHER_TYPE =
            Set.of(SpelMessage.PROPERTY_OR_FIELD_NOT_READABLE, SpelMessage.METHOD_NOT_FOUND);

    private final List<ReadOnlySpel.Question> questions;

    private OutcomeExpression(List<ReadOnlySpel.Question> questions) {
        this.questions = questions;
    }

    static OutcomeRule compile(Site site, @Nullable ClassLoader loader) {
        List<ReadOnlySpel.Question> questions = ReadOnlySpel.questions(site, List.of(RESULT, FAILURE), loader);
        for (ReadOnlySpel.Question question : questions) {
            if (!question.mayBeTrue() || site.text().equals("#" + FAILURE)) {
                throw site.wrong("is no question: it is never true", "Write for example " + site.examples());
            }
            if (question.variables().stream().noneMatch(List.of(RESULT, FAILURE)::contains)) {
                throw site.wrong("asks neither for #result nor for #failure", "Write for example " + site.examples());
            }
        }
        return new OutcomeExpression(questions);
    }

    @Override
    public @Nullable Judgement judge(@Nullable Object result, @Nullable Throwable failure) {
        String concern = failure == null ? RESULT : FAILURE;
        for (ReadOnlySpel.Question question : questions) {
            if (question.variables().contains(concern) && isTrue(question.expression(), result, failure)) {
                return Judgement.FAILURE;
            }
        }
        return null;
    }

    /** Whether every call that gives nothing is a failure. */
    boolean isTrueOfNothing() {
        try {
            return judge(null, null) != null;
        } catch (RuntimeException broken) {
            return false; // counted when it happens
        }
    }

    /** Whether it asks about results at all. */
    boolean asksForResults() {
        return questions.stream().anyMatch(question -> question.variables().contains(RESULT));
    }

    /** What the expression asks of results of this type that none of them can have. */
    Optional<PropertyChain.Missing> missing(Class<?> type) {
        return questions.stream()
                .flatMap(question -> PropertyChain.from(RESULT, question.root()).stream())
                .flatMap(chain -> chain.missing(type).stream())
                .findFirst();
    }

    private static boolean isTrue(Expression expression, @Nullable Object result, @Nullable Throwable failure) {
        Object answer;
        try {
            answer = expression.evaluate(new Object[] {result, failure}, null);
        } catch (SpelEvaluationException refused) {
            boolean another = failure != null && OF_ANOTHER_TYPE.contains(refused.getMessageCode());
            if (another || NULL_ON_THE_WAY.contains(refused.getMessageCode())) {
                return false;
            }
            throw refused;
        }
        if (answer == null || answer instanceof Boolean) {
            return Boolean.TRUE.equals(answer);
        }
        throw new IllegalStateException("it gave " + answer.getClass().getName() + ", neither true nor false");
    }
}
