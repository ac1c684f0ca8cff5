package dev.resilience.spring.guard;

import dev.resilience.spring.guard.HeaderOverrides.Spot;
import dev.resilience.spring.guard.TimesForNobody.Placed;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Finds what is odd about policies in view of all the places where they stand, once these are known. */
final class Everywhere {

    private final List<GuardedMethod> methods;
    private final List<Spot> spots;
    private final List<Placed> placed;

    /** @param inPipelines the policies of the pipelines that code may ask for */
    Everywhere(List<GuardedMethod> methods, Collection<RequestRule> rules, List<Placed> inPipelines) {
        Stream<Spot> onMethods = methods.stream()
                .flatMap(method -> method.pipeline().stages().stream())
                .map(stage -> new Spot(stage.instance(), stage.placement()));
        Stream<Spot> inRules =
                rules.stream().map(RequestRule::placed).map(rule -> new Spot(rule.instance(), rule.placement()));
        Stream<Placed> onOperations = methods.stream().flatMap(method -> method.pipeline().stages().stream()
                .map(stage -> new Placed(stage.instance(), method.operation())));
        this.methods = methods;
        this.spots = Stream.concat(onMethods, inRules).toList();
        this.placed = Stream.concat(onOperations, inPipelines.stream()).toList();
    }

    /** @param handlers the methods of controllers that have a cache on themselves */
    List<Finding> findings(Collection<CachedHandler> handlers) {
        return Stream.of(
                        HeaderOverrides.in(spots),
                        VainSettings.in(spots),
                        UntoldCaches.in(spots, handlers),
                        KeptSeats.in(spots),
                        TimesForNobody.in(placed),
                        OvertakesItself.in(methods))
                .flatMap(List::stream)
                .toList();
    }
}
