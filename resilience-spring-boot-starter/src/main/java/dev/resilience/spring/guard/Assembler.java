package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Pipeline;
import dev.resilience.Pipeline.Placed;
import dev.resilience.Placement;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyKind.Place;
import dev.resilience.PolicyKind.Site;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.execution.ExecutionRuntime;
import dev.resilience.spring.config.KindNames;
import dev.resilience.spring.guard.Placements.Spot;
import dev.resilience.spring.guard.Recollections.Draft;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.util.ReflectionUtils;

/** Puts policies around a method. */
final class Assembler {

    private final Policies policies;
    private final Placements placements;
    private final OutcomePlacements outcomes;
    private final Collection<PolicyKind<?, ?>> kinds;
    private final ExecutionRuntime runtime;
    private final Sites sites = new Sites();

    Assembler(
            Policies policies,
            Placements placements,
            OutcomePlacements outcomes,
            Collection<PolicyKind<?, ?>> kinds,
            ExecutionRuntime runtime) {
        this.policies = policies;
        this.placements = placements;
        this.outcomes = outcomes;
        this.kinds = kinds;
        this.runtime = runtime;
    }

    /** The method with its pipeline; empty, and at least one problem more, where it can't have one. */
    Optional<GuardedMethod> method(
            DeclaredMethod declared, List<Use> uses, List<String> order, List<Problem> problems) {
        Optional<Problem> refusal = ReturnShape.refusal(declared);
        refusal.ifPresent(problems::add);
        if (refusal.isPresent()) {
            return Optional.empty();
        }
        ReturnShape returns = ReturnShape.of(declared.method(), declared.owner());
        Spot spot = new Spot(declared.method(), declared.owner(), returns.shape());
        Parameter[] parameters = returns.visible(declared.method().getParameters());
        Frame frame = new Frame(declared.operation(), returns.valueType(), spot, List.of(parameters));
        return pipeline(frame, uses, order, problems)
                .map(pipeline -> new GuardedMethod(
                        declared.method(), declared.owner(), returns, pipeline, written(uses), runtime.carrier()));
    }

    private Map<PolicyInstance<?, ?>, Map<String, String>> written(List<Use> uses) {
        Map<PolicyInstance<?, ?>, Map<String, String>> written = new HashMap<>();
        for (Use use : uses) {
            policies.instance(use, new ArrayList<>()).ifPresent(instance -> {
                Map<String, String> texts = new LinkedHashMap<>();
                Placements.texts(use, instance.resolved())
                        .forEach((attribute, several) -> texts.put(attribute, String.join(", ", several)));
                written.put(instance, texts);
            });
        }
        return written;
    }

    /** The pipeline of an operation with these policies; empty, and at least one problem more, where there can't be one. */
    Optional<Pipeline> pipeline(Frame frame, List<Use> uses, List<String> order, List<Problem> problems) {
        int before = problems.size();
        Set<String> kinds = uses.stream().map(use -> use.kind().id()).collect(Collectors.toSet());
        List<Draft> drafts = new ArrayList<>();
        uses.forEach(use -> draft(use, frame, kinds, problems).ifPresent(drafts::add));
        if (drafts.size() < uses.size()) {
            return Optional.empty();
        }
        List<Placed> placed = placed(drafts, problems);
        if (problems.size() > before) {
            return Optional.empty();
        }
        checkOrder(order, placed, frame, problems);
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(Pipeline.of(frame.operation(), placed, order, runtime));
    }

    /** What is wrong with policies being on the methods they are on, all in all. */
    List<Problem> contradictions() {
        return sites.contradictions();
    }

    /** What policies refer to and isn't there. @param inPipelines the policies that are elsewhere as well */
    List<Problem> dangling(PolicyRegistry registry, List<Use> inPipelines) {
        return sites.dangling(new AllPolicies(registry, sites, inPipelines));
    }

    private static List<Placed> placed(List<Draft> drafts, List<Problem> problems) {
        Recollections recollections = new Recollections(drafts);
        return drafts.stream()
                .map(draft -> new Placed(draft.instance(), recollections.complete(draft, problems)))
                .toList();
    }

    private Optional<Draft> draft(Use use, Frame frame, Set<String> kinds, List<Problem> problems) {
        Optional<PolicyInstance<?, ?>> instance = policies.instance(use, problems);
        if (instance.isEmpty()) {
            // There is no policy, and that is told; so is what the annotation says wrongly of the method.
            placements.resolve(
                    use,
                    use.placement(),
                    frame.spot(),
                    problem -> problems.add(Placements.placed(problem, use, Map.of())));
            return Optional.empty();
        }
        ResolvedPolicy<?> resolved = instance.get().resolved();
        Map<String, List<String>> texts = Placements.texts(use, resolved);
        Site site = frame.site(Placements.seen(texts, use, frame.spot()), kinds);
        if (frame.isMethod()) {
            sites.add(use, site);
        }
        Consumer<Problem> told = problem -> problems.add(Placements.placed(problem, use, resolved.settings()));
        misplacements(resolved, site).forEach(told);
        outcomes.check(resolved, site, repeats(instance.get())).forEach(told);
        Placement placement = placements.resolve(use, texts, frame.spot(), told);
        return Optional.of(new Draft(use, instance.get(), texts, placement));
    }

    private static <P> boolean repeats(PolicyInstance<?, P> instance) {
        return instance.kind().places(instance.state()).stream()
                .anyMatch(place -> place.policy().budget() != null);
    }

    private static <C extends Record> List<Problem> misplacements(ResolvedPolicy<C> policy, Site site) {
        return policy.kind().misplacements(policy.configuration(), site);
    }

    /** An order may name any place there is, whether or not somebody stands there. */
    private void checkOrder(List<String> order, List<Placed> placed, Frame frame, List<Problem> problems) {
        Set<String> known = new LinkedHashSet<>();
        kinds.forEach(kind -> known.add(kind.id()));
        placed.forEach(one -> known.addAll(places(one.instance())));
        for (String place : order) {
            if (!known.contains(place)) {
                problems.add(unknownPlace(place, known, frame));
            }
        }
        if (order.stream().distinct().count() < order.size()) {
            String all = String.join(", ", order);
            problems.add(new Problem("order", all, frame.operation(), "names a place twice", "Name each place once"));
        }
    }

    private static <P> List<String> places(PolicyInstance<?, P> instance) {
        return instance.kind().places(instance.state()).stream().map(Place::id).toList();
    }

    private Problem unknownPlace(String place, Set<String> known, Frame frame) {
        String remedy = new KindNames(kinds).remedy(place, known);
        return new Problem("order", place, frame.operation(), "there is no place '" + place + "'", remedy);
    }

    /** What is around the policies: the operation as kinds and placements see it. */
    record Frame(String operation, Class<?> valueType, Spot spot, List<Parameter> parameters) {

        private static final Method CALL = Objects.requireNonNull(ReflectionUtils.findMethod(Callable.class, "call"));

        /** An operation of which nobody knows more than its name. */
        static Frame ofLambda(String operation) {
            return new Frame(operation, Object.class, new Spot(CALL, Callable.class, CallShape.BLOCKING), List.of());
        }

        boolean isMethod() {
            return spot.method() != CALL;
        }

        Site site(Map<String, List<String>> texts, Set<String> kinds) {
            return new Site(operation, spot.shape(), valueType, texts, parameters, kinds);
        }
    }
}
