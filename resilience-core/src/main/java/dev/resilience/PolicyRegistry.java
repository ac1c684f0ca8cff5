package dev.resilience;

import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.failure.OutcomeRuleSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every policy of one application, by kind and name: (kind, name) is one shared instance. It never makes a policy because
 * somebody asked for a name. Thread-safe.
 */
public final class PolicyRegistry {

    private final Map<String, PolicyKind<?, ?>> kinds = new LinkedHashMap<>();
    private final Map<String, ConcurrentMap<String, PolicyInstance<?, ?>>> instances = new LinkedHashMap<>();
    private final List<Consumer<PolicyInstance<?, ?>>> witnesses = new CopyOnWriteArrayList<>();
    private final PolicyContext context;

    /** A registry of these kinds. @throws IllegalArgumentException if two kinds have one id */
    public PolicyRegistry(Collection<PolicyKind<?, ?>> kinds, PolicyContext context) {
        this.context = context.with(this::keeper);
        for (PolicyKind<?, ?> kind : kinds) {
            PolicyKind<?, ?> other = this.kinds.put(kind.id(), kind);
            if (other != null) {
                throw new IllegalArgumentException("two kinds are called '" + kind.id() + "': "
                        + other.getClass().getName() + " and " + kind.getClass().getName());
            }
            instances.put(kind.id(), new ConcurrentHashMap<>());
        }
    }

    /** The kinds on the class path, in the order they are listed: that of their default places. */
    public static List<PolicyKind<?, ?>> kindsOnClassPath() {
        List<PolicyKind<?, ?>> found = new ArrayList<>();
        ServiceLoader.load(PolicyKind.class, PolicyRegistry.class.getClassLoader())
                .forEach(found::add);
        return List.copyOf(found);
    }

    /** Makes the rules about how calls end for the policies here. */
    public OutcomeRuleSource outcomeRules() {
        return context.outcomeRules();
    }

    /** The kinds, in the order they were given. */
    public Collection<PolicyKind<?, ?>> kinds() {
        return List.copyOf(kinds.values());
    }

    /** The kind of this id. @throws IllegalArgumentException naming the nearest one, if there is none */
    public PolicyKind<?, ?> kind(String id) {
        PolicyKind<?, ?> kind = kinds.get(id);
        if (kind == null) {
            throw new IllegalArgumentException("there is no kind '" + id + "'"
                    + NearestName.of(id, kinds.keySet())
                            .map(near -> "; did you mean '" + near + "'?")
                            .orElse(""));
        }
        return kind;
    }

    /** The instance of this name, if there is one. */
    public Optional<PolicyInstance<?, ?>> find(String kind, String name) {
        return Optional.ofNullable(instances.get(kind(kind).id()).get(name));
    }

    /** The policy of this name that keeps results, of whichever kind, if there is one. */
    public Optional<PolicyInstance<?, ?>> keeper(String name) {
        return instances.values().stream()
                .<PolicyInstance<?, ?>>flatMap(named -> Stream.ofNullable(named.get(name)))
                .filter(instance -> instance.results().isPresent())
                .findFirst();
    }

    /** The names of the policies that keep results. */
    public Set<String> keepers() {
        return instances.values().stream()
                .flatMap(named -> named.values().stream())
                .filter(instance -> instance.results().isPresent())
                .map(PolicyInstance::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The results that are kept under this name. Dropping some is told to listeners; in the middle of a transaction, as far as
     * somebody knows of one, they are dropped at once and once more when it is over.
     *
     * @throws IllegalArgumentException naming the nearest name, if nothing keeps results under this one
     */
    public KeptResults results(String name) {
        return keeper(name)
                .flatMap(PolicyInstance::results)
                .orElseThrow(() -> new IllegalArgumentException(NearestName.absence("cache", name, keepers())));
    }

    /** The instances of a kind, by name. */
    public Map<String, PolicyInstance<?, ?>> all(String kind) {
        return new TreeMap<>(instances.get(kind(kind).id()));
    }

    /** Makes the policy and adds it. @throws IllegalStateException if there is one of this name */
    public synchronized <C extends Record, P> PolicyInstance<C, P> add(
            PolicyKind<C, P> kind, ResolvedPolicy<C> resolved) {
        PolicyInstance<C, P> added = new PolicyInstance<>(kind, resolved, context);
        if (instances.get(kind(kind.id()).id()).putIfAbsent(added.name(), added) != null) {
            throw new IllegalStateException("there is a " + kind.singular() + " '" + added.name() + "' already");
        }
        witnesses.forEach(witness -> witness.accept(added));
        return added;
    }

    /** Shows this witness every policy there is, and every one to come, each once. */
    public synchronized void witness(Consumer<PolicyInstance<?, ?>> witness) {
        instances.values().forEach(named -> named.values().forEach(witness));
        witnesses.add(witness);
    }
}
