package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.BooleanLiteral;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpDivide;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.OpMinus;
import org.springframework.expression.spel.ast.OpModulus;
import org.springframework.expression.spel.ast.OpMultiply;
import org.springframework.expression.spel.ast.OpOr;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.OperatorPower;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.TypeReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * Compiles what is more than a chain of properties, with the part of SpEL that reads arguments and does nothing else.
 *
 * <p>Types, constructors, beans, functions and assignments are refused when the text is parsed, and the context would
 * refuse them again when it is evaluated. Instance methods of the arguments are allowed: the text comes from the
 * program, and without them neither records nor {@code toLowerCase()} would be of use. SpEL turns an expression into
 * byte code once it has seen its types, and back if they change.
 */
final class ReadOnlySpel {

    private static final Set<Class<?>> FORBIDDEN = Set.of(
            TypeReference.class,
            ConstructorReference.class,
            BeanReference.class,
            FunctionReference.class,
            Assign.class,
            OpInc.class,
            OpDec.class);
    private static final Set<Class<?>> NO_TRUTHS = Set.of(
            OpPlus.class,
            OpMinus.class,
            OpMultiply.class,
            OpDivide.class,
            OpModulus.class,
            OperatorPower.class,
            InlineList.class,
            InlineMap.class,
            Projection.class,
            Selection.class);
    private static final String READS_ONLY =
            "An expression only reads %s: no types, constructors, beans, functions or assignments; write %s for more";

    private final Site site;

    private ReadOnlySpel(Site site) {
        this.site = site;
    }

    /**
     * One of the questions that an expression puts.
     *
     * @param variables the arguments it reads
     * @param mayBeTrue whether it could be, as far as can be seen
     * @param root where it can be looked at
     */
    record Question(Expression expression, Set<String> variables, boolean mayBeTrue, SpelNode root) {}

    static Expression compile(Site site, List<String> names) {
        SpelExpression parsed =
                parse(site, configuration(site.method().getDeclaringClass().getClassLoader()));
        return evaluating(parsed, names);
    }

    /** The questions of an expression, each of which may be answered alone: those with an {@code or} between them. */
    static List<Question> questions(Site site, List<String> names, @Nullable ClassLoader loader) {
        SpelParserConfiguration configuration = configuration(loader);
        List<SpelNode> nodes = new ArrayList<>();
        addQuestions(parse(site, configuration).getAST(), nodes);
        return nodes.stream()
                .map(node -> new Question(
                        evaluating(new SpelExpression(node.toStringAST(), (SpelNodeImpl) node, configuration), names),
                        variables(node),
                        mayBeTrue(node),
                        node))
                .toList();
    }

    private static void addQuestions(SpelNode node, List<SpelNode> questions) {
        if (node instanceof OpOr) {
            addQuestions(node.getChild(0), questions);
            addQuestions(node.getChild(1), questions);
        } else {
            questions.add(node);
        }
    }

    private static Expression evaluating(SpelExpression parsed, List<String> names) {
        return (arguments, context) -> parsed.getValue(new ArgumentsContext(names, arguments));
    }

    private static Set<String> variables(SpelNode node) {
        Set<String> variables = new HashSet<>();
        if (node instanceof VariableReference variable) {
            variables.add(variable.toStringAST().substring(1));
        }
        for (int at = 0; at < node.getChildCount(); at++) {
            variables.addAll(variables(node.getChild(at)));
        }
        return variables;
    }

    private static boolean mayBeTrue(SpelNode root) {
        boolean constant = root instanceof Literal && !(root instanceof BooleanLiteral);
        return !constant && NO_TRUTHS.stream().noneMatch(type -> type.isInstance(root));
    }

    private static SpelParserConfiguration configuration(@Nullable ClassLoader loader) {
        return new SpelParserConfiguration(SpelCompilerMode.MIXED, loader);
    }

    private static SpelExpression parse(Site site, SpelParserConfiguration configuration) {
        SpelExpression parsed = parseRaw(site, configuration);
        new ReadOnlySpel(site).require(parsed.getAST(), false);
        return parsed;
    }

    private static SpelExpression parseRaw(Site site, SpelParserConfiguration configuration) {
        try {
            return new SpelExpressionParser(configuration).parseRaw(site.text());
        } catch (ParseException malformed) {
            throw unparsable(
                    site, " at character " + (malformed.getPosition() + 1) + ": " + malformed.getSimpleMessage());
        } catch (IllegalArgumentException | IllegalStateException incomplete) {
            throw unparsable(site, ": " + incomplete.getMessage());
        }
    }

    private static RuntimeException unparsable(Site site, String why) {
        return site.wrong("can't be parsed" + why, "Write for example " + site.examples());
    }

    private String readsOnly() {
        return READS_ONLY.formatted(site.ofOutcome() ? "#result and #failure" : "arguments", site.bean());
    }

    /** @param inside whether the node is evaluated on each element of a collection, where names need no argument */
    private void require(SpelNode node, boolean inside) {
        if (FORBIDDEN.contains(node.getClass())) {
            throw site.wrong("contains '" + node.toStringAST() + "'", readsOnly());
        }
        if (node instanceof VariableReference variable) {
            requireArgument(variable.toStringAST().substring(1), inside);
        } else if (node instanceof PropertyOrFieldReference || node instanceof MethodReference) {
            requireOwner(node, inside);
        }
        if (node instanceof CompoundExpression) {
            requireSteps(node, inside);
        } else {
            requireChildren(node, inside || node instanceof Projection || node instanceof Selection);
        }
    }

    private void requireArgument(String name, boolean inside) {
        if (!inside || !name.equals("this")) {
            ArgumentExpressions.index(site, name);
        }
    }

    private void requireOwner(SpelNode node, boolean inside) {
        if (!inside) {
            throw site.wrong("'" + node.toStringAST() + "' belongs to no argument", "Arguments begin with '#'");
        }
        requireNoClass(node);
    }

    private void requireSteps(SpelNode compound, boolean inside) {
        require(compound.getChild(0), inside);
        for (int at = 1; at < compound.getChildCount(); at++) {
            SpelNode step = compound.getChild(at);
            requireNoClass(step);
            if (step instanceof Indexer && step.getChild(0) instanceof PropertyOrFieldReference) {
                continue; // the bare key of a map
            }
            if (step instanceof PropertyOrFieldReference || step instanceof MethodReference) {
                requireChildren(step, inside);
            } else {
                require(step, inside);
            }
        }
    }

    private void requireChildren(SpelNode node, boolean inside) {
        for (int at = 0; at < node.getChildCount(); at++) {
            require(node.getChild(at), inside);
        }
    }

    /** The context would refuse it too, but only when a call comes. */
    private void requireNoClass(SpelNode step) {
        if (step instanceof PropertyOrFieldReference property
                        && property.getName().equals("class")
                || step instanceof MethodReference method && method.getName().equals("getClass")) {
            throw site.wrong("asks for the class of an argument", readsOnly());
        }
    }
}
