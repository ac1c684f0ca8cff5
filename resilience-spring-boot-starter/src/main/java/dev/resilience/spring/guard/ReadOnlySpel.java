package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import java.util.List;
import java.util.Set;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDec;
import org.springframework.expression.spel.ast.OpInc;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
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
    private static final String READS_ONLY =
            "An expression only reads arguments: no types, constructors, beans, functions or assignments; "
                    + "write '@resolverBean' for more";

    private final Site site;

    private ReadOnlySpel(Site site) {
        this.site = site;
    }

    static Expression compile(Site site, List<String> names) {
        SpelExpression parsed = parse(site);
        new ReadOnlySpel(site).require(parsed.getAST(), false);
        return (arguments, context) -> parsed.getValue(new ArgumentsContext(names, arguments));
    }

    private static SpelExpression parse(Site site) {
        ClassLoader loader = site.method().getDeclaringClass().getClassLoader();
        SpelParserConfiguration mixed = new SpelParserConfiguration(SpelCompilerMode.MIXED, loader);
        try {
            return new SpelExpressionParser(mixed).parseRaw(site.text());
        } catch (ParseException malformed) {
            throw site.wrong(
                    "can't be parsed at character " + (malformed.getPosition() + 1) + ": "
                            + malformed.getSimpleMessage(),
                    "Write for example '#argument', '#argument.property' or '#first + #second'");
        }
    }

    /** @param inside whether the node is evaluated on each element of a collection, where names need no argument */
    private void require(SpelNode node, boolean inside) {
        if (FORBIDDEN.contains(node.getClass())) {
            throw site.wrong("contains '" + node.toStringAST() + "'", READS_ONLY);
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
            throw site.wrong("asks for the class of an argument", READS_ONLY);
        }
    }
}
