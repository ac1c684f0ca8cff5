package dev.resilience;

import dev.resilience.configuration.Problem;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The door plate of a pattern: everything the generic code (registry, binding, annotations, validation, endpoint,
 * meters, findings) knows of it. That code iterates over kinds and never switches on them, so a new pattern is one
 * implementation of this type, found through {@link java.util.ServiceLoader} or, in Spring, as a bean.
 *
 * @param <C> the configuration: an immutable record whose components carry
 *     {@link dev.resilience.configuration.Knob} and whose constructor validates
 * @param <P> what holds the state of one instance: usually the policy itself
 */
public interface PolicyKind<C extends Record, P> {

    /** The id as in YAML, endpoint and meters: plural, kebab case, such as {@code rate-limiters}. */
    String id();

    /** One of it in words, such as {@code rate limiter}. */
    String singular();

    /** The configuration record. */
    Class<C> configurationType();

    /** Makes the instance of this name. Its configuration has been validated. */
    P create(String name, C configuration, PolicyContext context);

    /** Takes a changed, validated configuration without losing what the instance has counted. Thread-safe. */
    void reconfigure(P instance, C configuration);

    /** The stages this instance has in a pipeline, usually one. Asked once per method, at start-up. */
    List<Place> places(P instance);

    /** The numbers of the instance now. Cheap, thread-safe, and without side effects. */
    Snapshot snapshot(P instance);

    /** Every word {@link Snapshot#state} can be, the one of a healthy policy first; empty for kinds without states. */
    default List<String> states() {
        return List.of();
    }

    /** What the instance keeps by key; empty for kinds that keep nothing by key. */
    default Optional<KeyedState> keyed(P instance) {
        return Optional.empty();
    }

    /**
     * What the instance remembers of the values that a method gives, for other policies on that method; empty for kinds that
     * remember none.
     *
     * @param age the greatest age at which values will be asked for, and so are to be kept from now on
     */
    default Optional<Recollection> recollection(P instance, Duration age) {
        return Optional.empty();
    }

    /** The results that the instance keeps and that others may overtake; empty for kinds that keep none. */
    default Optional<KeptResults> results(P instance) {
        return Optional.empty();
    }

    /** What belongs to the placement rather than to the policy. Those that are also knobs are inherited from there. */
    default List<PlacementAttribute> placementAttributes() {
        return List.of();
    }

    /**
     * Which knob a bare annotation value stands for when it doesn't look like a name: {@code @Timeout("2s")} means
     * {@code timeout: 2s}. Empty where the value is the name.
     */
    default Optional<String> shorthand(String value) {
        return Optional.empty();
    }

    /**
     * What would be wrong with this policy on a method of this shape; such problems are fatal, and their property is the
     * placement attribute or knob.
     */
    default List<Problem> misplacements(C configuration, Site site) {
        return List.of();
    }

    /**
     * Ready-made settings by name, as they would be written in YAML. They exist only as a {@code base}; a policy of the
     * user with that name wins.
     */
    default Map<String, Map<String, String>> presets() {
        return Map.of();
    }

    /**
     * What would be wrong with one policy being on all these methods together, such as a cache on methods that give
     * different things. Fatal too.
     */
    default List<Problem> contradictions(String name, List<Site> sites) {
        return List.of();
    }

    /**
     * What this policy refers to on a method and isn't there, such as a policy of another kind, once all policies are known.
     * Fatal too; the property is the placement attribute or knob, or {@code name}.
     */
    default List<Problem> dangling(String name, Site site, Others others) {
        return List.of();
    }

    /**
     * The names of exceptions that a configuration has within other words, by knob. Knobs that hold nothing but such names say
     * so themselves.
     */
    default Map<String, List<String>> exceptionNames(C configuration) {
        return Map.of();
    }

    /**
     * What a configuration says to no effect, as far as that depends on the exceptions it names. It is told when an application
     * starts, and fails no start; the property is the knob.
     *
     * @param kinship whether every exception of the first name is certainly one of the second
     */
    default List<Problem> saysInVain(C configuration, BiPredicate<String, String> kinship) {
        return List.of();
    }

    /** Whether a policy of this kind may exist on library defaults alone. A rate limiter may not. */
    default boolean hasUsefulDefaults() {
        return true;
    }

    /**
     * A stage of a pipeline.
     *
     * @param id the name in {@code order}; usually the id of the kind
     * @param order the default place, outermost smallest; see {@link Order}
     * @param policy what is asked there
     */
    record Place(String id, int order, Policy policy) {}

    /**
     * The method a policy is placed on.
     *
     * @param operation such as {@code QuoteService.quote}
     * @param shape how the method gives its result
     * @param returnType what it gives: the value inside the future or publisher
     * @param placement the placement attributes that are set there, by name, as text
     * @param parameters the declared parameters of the method, as {@link Call#arguments()} will fill them; empty where
     *     nobody knows them
     * @param kinds the ids of all kinds that have a policy there
     */
    record Site(
            String operation,
            CallShape shape,
            Class<?> returnType,
            Map<String, List<String>> placement,
            List<Parameter> parameters,
            Set<String> kinds) {

        /** A method that has no other policies, as far as anybody knows. */
        public Site(
                String operation,
                CallShape shape,
                Class<?> returnType,
                Map<String, List<String>> placement,
                List<Parameter> parameters) {
            this(operation, shape, returnType, placement, parameters, Set.of());
        }

        /** A method whose parameters nobody knows, such as a lambda. */
        public Site(String operation, CallShape shape, Class<?> returnType, Map<String, List<String>> placement) {
            this(operation, shape, returnType, placement, List.of());
        }
    }

    /** The other policies of an application, and where they are. */
    interface Others {

        /** The names of the policies of a kind. */
        Set<String> names(String kind);

        /** The methods a policy is on; empty where it may be on others that nobody knows. */
        List<Site> sites(String kind, String name);
    }

    /** The default order of places, outermost first, with room between them. */
    final class Order {
        public static final int FALLBACK = 100;
        public static final int TOTAL_TIMEOUT = 200;
        public static final int CACHE = 300;
        public static final int CACHE_INVALIDATION = 320;
        public static final int RECOVERY = 350;
        public static final int RETRY = 400;
        public static final int CIRCUIT_BREAKER = 500;
        public static final int RATE_LIMITER = 600;
        public static final int TIMEOUT = 700;
        public static final int BULKHEAD = 800;

        private Order() {}
    }
}
