package dev.resilience.spring.guard;

import dev.resilience.failure.ThrowableMatcher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/**
 * Tells whether every exception of one name is one of another name as well, as every {@code ConnectException} is an
 * {@code IOException}.
 *
 * <p>A simple name may stand for several classes. Those that people usually mean are looked at first, which is quick. Only where all of
 * them are such exceptions, hardly ever, all classes of that name are looked for on the class path and in the JDK.
 * Whoever finds none says no.
 */
final class Kinship implements BiPredicate<String, String> {

    private final @Nullable ClassLoader loader;
    private final SimpleNames simpleNames;
    private final Map<String, List<Class<?>>> usual = new HashMap<>();
    private final Map<String, List<Class<?>>> all = new HashMap<>();

    Kinship(@Nullable ClassLoader loader, SimpleNames simpleNames) {
        this.loader = loader;
        this.simpleNames = simpleNames;
    }

    @Override
    public boolean test(String name, String wider) {
        ThrowableMatcher matcher = new ThrowableMatcher(List.of(wider));
        return name.contains(".")
                ? ClassUtils.isPresent(name, loader) && matcher.matchesAll(ClassUtils.resolveClassName(name, loader))
                : match(usual.computeIfAbsent(name, simpleNames::usual), matcher)
                        && match(all.computeIfAbsent(name, simpleNames::all), matcher);
    }

    private static boolean match(List<Class<?>> classes, ThrowableMatcher matcher) {
        return !classes.isEmpty() && classes.stream().allMatch(matcher::matchesAll);
    }
}
