package dev.resilience.fallback;

import java.util.regex.Pattern;

/** What the name of a fallback method looks like: {@code cheapQuote}, or {@code archive::lastQuote} on another bean. */
final class MethodNames {

    private static final String ONE = "(?:[\\w.$-]+::)?\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
    private static final Pattern METHOD = Pattern.compile(ONE);
    private static final Pattern METHODS = Pattern.compile(ONE + "(?:\\s*,\\s*" + ONE + ")*");

    private MethodNames() {}

    static boolean isOne(String text) {
        return METHOD.matcher(text.trim()).matches();
    }

    static boolean areSome(String text) {
        return METHODS.matcher(text.trim()).matches();
    }
}
