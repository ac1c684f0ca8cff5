package dev.resilience.spring.guard;

import dev.resilience.configuration.Problem;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Advice is written as YAML; for what stands in an annotation it is turned into attributes. */
final class AnnotationWords {

    private static final Pattern LINE = Pattern.compile("'([a-z][a-z-]*): (?:\"([^\"]+)\"|([^']+))'");
    private static final Pattern HUMP = Pattern.compile("-([a-z])");

    private AnnotationWords() {}

    /** The same problem, its remedy {@code limits = "60/1m"} if an annotation is where it comes from. */
    static Problem of(Problem problem) {
        if (problem.origin() == null || !problem.origin().startsWith("annotation ")) {
            return problem;
        }
        String remedy = LINE.matcher(problem.remedy())
                .replaceAll(line -> Matcher.quoteReplacement(attribute(line.group(1)) + " = \"" + value(line) + "\""));
        return new Problem(problem.property(), problem.value(), problem.origin(), problem.reason(), remedy);
    }

    private static String value(MatchResult line) {
        return line.group(2) == null ? line.group(3) : line.group(2);
    }

    private static String attribute(String knob) {
        return HUMP.matcher(knob).replaceAll(hump -> hump.group(1).toUpperCase(Locale.ROOT));
    }
}
