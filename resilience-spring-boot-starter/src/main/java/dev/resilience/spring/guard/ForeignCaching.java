package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance.Mode;
import dev.resilience.cache.CacheConfiguration;
import dev.resilience.execution.Stage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Finds cached methods with annotations of another cache: by default that stands further in, so a hit of ours is none of its
 * business. Then results live twice, and what was evicted there is still given here; and evictions and puts on such a method don't
 * happen at all. The annotations are known by name, so that none of their libraries is needed.
 *
 * <p>A cache in the shadow answers nobody: trying ours out beside theirs is no finding.
 */
final class ForeignCaching {

    private static final String SPRING = "org.springframework.cache.annotation.";
    private static final String JCACHE = "javax.cache.annotation.";

    /** By annotation whether it keeps what the method gives. */
    private static final Map<String, Boolean> FOREIGN = new LinkedHashMap<>();

    static {
        FOREIGN.put(SPRING + "Cacheable", true);
        FOREIGN.put(SPRING + "CachePut", false);
        FOREIGN.put(SPRING + "CacheEvict", false);
        FOREIGN.put(SPRING + "Caching", false);
        FOREIGN.put(JCACHE + "CacheResult", true);
        FOREIGN.put(JCACHE + "CachePut", false);
        FOREIGN.put(JCACHE + "CacheRemove", false);
        FOREIGN.put(JCACHE + "CacheRemoveAll", false);
    }

    private ForeignCaching() {}

    static List<Finding> of(GuardedMethod guarded) {
        Optional<Stage> cache = guarded.pipeline().stages().stream()
                .filter(ForeignCaching::answers)
                .findFirst();
        if (cache.isEmpty()) {
            return List.of();
        }
        return FOREIGN.entrySet().stream()
                .filter(foreign -> isOn(guarded, foreign.getKey()))
                .map(foreign -> finding(guarded, cache.get(), foreign.getKey(), foreign.getValue()))
                .toList();
    }

    private static boolean answers(Stage stage) {
        return stage.instance().mode() == Mode.ENFORCED
                && stage.instance().configuration() instanceof CacheConfiguration;
    }

    private static boolean isOn(GuardedMethod guarded, String annotation) {
        return Stream.of(guarded.method(), guarded.method().getDeclaringClass())
                .map(element -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY))
                .anyMatch(annotations -> annotations.isPresent(annotation));
    }

    private static Finding finding(GuardedMethod guarded, Stage cache, String annotation, boolean keeps) {
        String foreign = "@" + annotation.substring(annotation.lastIndexOf('.') + 1);
        String ours = cache.instance().inWords();
        String text = keeps
                ? "keeps its results twice, in the " + ours + " and by " + foreign
                        + " further in: what is evicted there is still given here until its time is over."
                : "has " + foreign + " beside the " + ours + ", and a hit doesn't get that far: then it does nothing.";
        String fix = keeps
                ? "Keep one of the two."
                : "Put " + foreign + " on a method that isn't cached; what the " + ours
                        + " keeps is dropped by @CacheInvalidate.";
        return Finding.warning("foreign-caching", JavaSyntax.reference(guarded.method()), text, fix);
    }
}
