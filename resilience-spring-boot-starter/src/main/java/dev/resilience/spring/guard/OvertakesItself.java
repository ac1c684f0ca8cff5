package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.cache.CacheConfiguration;
import dev.resilience.cache.CacheInvalidationConfiguration;
import dev.resilience.execution.Stage;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds methods that cache their results and have these very results dropped by the same call. What a call loads is overtaken
 * before anybody finds it, so that the cache does nothing.
 */
final class OvertakesItself {

    private OvertakesItself() {}

    static List<Finding> in(Collection<GuardedMethod> methods) {
        return methods.stream().flatMap(OvertakesItself::findings).toList();
    }

    private static Stream<Finding> findings(GuardedMethod method) {
        return of(method, CacheConfiguration.class).flatMap(cache -> of(method, CacheInvalidationConfiguration.class)
                .filter(writer -> writer.name().equals(cache.name()))
                .filter(writer -> meansItself(method, method.placement(writer), method.placement(cache)))
                .map(writer -> finding(method, cache, writer)));
    }

    private static Stream<PolicyInstance<?, ?>> of(GuardedMethod method, Class<?> configuration) {
        return method.pipeline().stages().stream()
                .<PolicyInstance<?, ?>>map(Stage::instance)
                .filter(instance -> instance.mode() == Mode.ENFORCED)
                .filter(instance -> configuration.isInstance(instance.configuration()))
                .distinct();
    }

    private static boolean meansItself(GuardedMethod method, Map<String, String> writer, Map<String, String> cache) {
        String operation = writer.get("operation");
        return "true".equals(writer.get("all"))
                || operation != null && CacheConfiguration.isFor(operation, method.operation())
                || writer.containsKey("key") && writer.get("key").equals(key(method, cache));
    }

    /** Without a key, the only parameter is one. */
    private static String key(GuardedMethod method, Map<String, String> cache) {
        boolean single = method.method().getParameterCount() == 1;
        String only = single ? "#" + method.method().getParameters()[0].getName() : "";
        return cache.getOrDefault("key", only);
    }

    private static Finding finding(GuardedMethod method, PolicyInstance<?, ?> cache, PolicyInstance<?, ?> writer) {
        return Finding.warning(
                "overtakes-itself",
                method.operation(),
                "The " + writer.inWords() + " drops what the " + cache.inWords()
                        + " would keep of this very call, so that no call finds anything.",
                "Put '@CacheInvalidate' on a method that writes and '@Cached' on one that reads.");
    }
}
