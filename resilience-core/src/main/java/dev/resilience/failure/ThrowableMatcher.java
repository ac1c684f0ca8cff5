package dev.resilience.failure;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises throwables by the names of their classes, as a configuration writes them.
 *
 * <p>A name is simple ({@code SocketTimeoutException}) or fully qualified, and stands for the class, its subclasses, and
 * the implementations of an interface. A throwable matches by itself or by one of its nested causes. Names are compared
 * as text, so a name may belong to a library that isn't there. Thread-safe; each class is looked at once.
 */
public final class ThrowableMatcher {

    /** Longer chains of causes are taken for cycles. */
    private static final int DEEPEST_CAUSE = 64;

    private static final String PART = "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
    private static final Pattern NAME = Pattern.compile(PART + "(?:\\." + PART + ")*");

    private final Set<String> names;

    /** A {@code ClassValue} lets a class be unloaded, and there are no more answers than classes. */
    private final ClassValue<Boolean> named = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isNamed(type);
        }
    };

    /** Recognises what one of these names stands for; nothing where there is none. */
    public ThrowableMatcher(List<String> names) {
        this.names = Set.copyOf(new HashSet<>(names));
    }

    /** Whether a class can have this name at all: a status such as {@code 503} would match nothing for ever. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether there is no name, so that nothing matches. */
    public boolean isEmpty() {
        return names.isEmpty();
    }

    /**
     * Whether the throwable, or one of its nested causes, has one of the names. What a throwable throws when it is asked for
     * its cause comes out.
     */
    public boolean matches(@Nullable Throwable throwable) {
        if (names.isEmpty()) {
            return false;
        }
        Throwable link = throwable;
        for (int depth = 0; link != null && depth < DEEPEST_CAUSE; depth++) {
            if (named.get(link.getClass())) {
                return true;
            }
            link = link.getCause();
        }
        return false;
    }

    /** The same, where one that can't be looked into has no more names than could be seen: nothing is thrown. */
    public boolean visiblyMatches(@Nullable Throwable throwable) {
        try {
            return matches(throwable);
        } catch (Throwable sealed) {
            return false;
        }
    }

    /** Whether the throwable itself has one of the names, whatever its causes have. */
    boolean matchesItself(Throwable throwable) {
        return named.get(throwable.getClass());
    }

    /** Whether every throwable of this class matches, whatever its causes are. */
    public boolean matchesAll(Class<?> type) {
        return named.get(type);
    }

    /** Whether this very class has one of the names; a name of its supertypes doesn't do. */
    public boolean names(Class<?> type) {
        return names.contains(type.getSimpleName())
                || names.contains(type.getName())
                || names.contains(type.getName().replace('$', '.'));
    }

    private boolean isNamed(@Nullable Class<?> type) {
        if (type == null) {
            return false;
        }
        return names(type)
                || isNamed(type.getSuperclass())
                || Arrays.stream(type.getInterfaces()).anyMatch(this::isNamed);
    }
}
