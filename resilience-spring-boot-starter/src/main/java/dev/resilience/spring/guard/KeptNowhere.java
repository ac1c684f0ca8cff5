package dev.resilience.spring.guard;

import dev.resilience.Pipeline;
import dev.resilience.PlacementAttribute.Type;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.cache.CacheConfiguration;
import dev.resilience.configuration.Setting;
import dev.resilience.execution.Stage;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds wishes for earlier results, and for failures to be kept, of a method whose cache keeps none, because its ttl is 0. No failed start: whoever sets
 * a ttl to 0 to have fresh results for a while must not have to take a fallback apart.
 */
final class KeptNowhere {

    private static final List<String> WISHES =
            List.of("negative-ttl", "stale-if-error", "stale-while-revalidate", "refresh-ahead");

    private KeptNowhere() {}

    static List<Finding> in(Pipeline pipeline) {
        return pipeline.stages().stream()
                .filter(stage -> keepsNothing(stage, pipeline.operation()))
                .flatMap(stage -> Stream.concat(wishes(pipeline, stage), recollections(pipeline, stage)))
                .toList();
    }

    private static boolean keepsNothing(Stage stage, String operation) {
        return stage.instance().mode() != Mode.OFF
                && stage.instance().configuration() instanceof CacheConfiguration cache
                && cache.ttl(operation).isZero();
    }

    private static Stream<Finding> wishes(Pipeline pipeline, Stage cache) {
        return WISHES.stream()
                .filter(wish -> {
                    Setting said = cache.instance().resolved().settings().get(wish);
                    return said != null && !said.isInherited();
                })
                .map(wish -> finding(pipeline, cache, cache, wish));
    }

    private static Stream<Finding> recollections(Pipeline pipeline, Stage cache) {
        return pipeline.stages().stream().flatMap(asking -> asking.instance().kind().placementAttributes().stream()
                .filter(attribute -> attribute.type() == Type.EARLIER)
                .filter(attribute -> asking.placement().attribute(attribute.name()) != null)
                .map(attribute -> finding(pipeline, cache, asking, attribute.name())));
    }

    private static Finding finding(Pipeline pipeline, Stage cache, Stage asking, String wish) {
        return Finding.warning(
                "kept-nowhere",
                pipeline.operation(),
                "'" + wish + "' of the " + asking.instance().inWords() + " has no effect here: the "
                        + cache.instance().inWords() + " keeps no results, because its ttl is 0.",
                "Give the " + cache.instance().inWords() + " a ttl, or leave '" + wish + "' out.");
    }
}
