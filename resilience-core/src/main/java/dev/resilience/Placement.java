package dev.resilience;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one policy on one method: key, cost, tier, priority and what results vary by as expressions, and whatever
 * else its kind declared, resolved at start-up. Immutable and thread-safe.
 */
public final class Placement {

    /**
     * The key of calls around a lambda, which has no arguments: the one that was given with {@link Pipeline#forKey}. In
     * descriptions of policies it is called {@value #GIVEN_WORD}.
     */
    public static final Expression GIVEN_KEY = (arguments, context) -> given(arguments);

    /** What {@link #GIVEN_KEY} is called. */
    public static final String GIVEN_WORD = "given";

    private static final Placement BARE = new Placement(Map.of());

    private final @Nullable Expression key;
    private final @Nullable Expression cost;
    private final @Nullable Expression tier;
    private final @Nullable Expression priority;
    private final @Nullable Expression variant;
    private final Map<String, Object> attributes;

    private Placement(Map<String, Object> attributes) {
        this.attributes = Map.copyOf(attributes);
        this.key = expression("key");
        this.cost = expression("cost");
        this.tier = expression("tier");
        this.priority = expression("priority");
        this.variant = expression(PlacementAttribute.VARY_BY.name());
    }

    /** A placement that says nothing. */
    public static Placement bare() {
        return BARE;
    }

    /**
     * A placement with these resolved attributes: an {@link Expression}, a {@link Target}, a list of them, a
     * {@link Recollection}, a Boolean.
     */
    public static Placement of(Map<String, Object> attributes) {
        return attributes.isEmpty() ? BARE : new Placement(attributes);
    }

    /** This placement, with these attributes as well. */
    public Placement with(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(attributes);
        all.putAll(more);
        return of(all);
    }

    /** Something computed from a call once per entry. Thread-safe. */
    @FunctionalInterface
    public interface Expression {

        /**
         * Its value for a call.
         *
         * @param arguments the arguments of the guarded method
         * @param context the Reactor context of a subscription, or null for other shapes
         */
        @Nullable Object evaluate(Object[] arguments, @Nullable Object context);

        /**
         * The values that somebody may mean who writes one as text, such as an operator who asks for a key. Where values
         * are disguises of what callers send, the text itself is not among them.
         */
        default List<Object> meantBy(String text) {
            return List.of(text);
        }

        /** The expressions it is made of, if it is a combination; otherwise it is the only part. */
        default List<? extends Expression> parts() {
            return List.of(this);
        }
    }

    public @Nullable Expression key() {
        return key;
    }

    public @Nullable Expression cost() {
        return cost;
    }

    public @Nullable Expression tier() {
        return tier;
    }

    public @Nullable Expression priority() {
        return priority;
    }

    /** What else tells results apart; see {@link PlacementAttribute#VARY_BY}. */
    public @Nullable Expression variant() {
        return variant;
    }

    /** All that is computed from a call, in its smallest parts. */
    public Stream<? extends Expression> expressions() {
        return attributes.values().stream()
                .filter(Expression.class::isInstance)
                .flatMap(expression -> ((Expression) expression).parts().stream());
    }

    /** Any attribute by its name, or null. */
    public @Nullable Object attribute(String name) {
        return attributes.get(name);
    }

    /** Whether the method may be repeated: nobody says that it isn't {@linkplain PlacementAttribute#IDEMPOTENT idempotent}. */
    public boolean mayBeRepeated() {
        return !Boolean.FALSE.equals(attribute(PlacementAttribute.IDEMPOTENT.name()));
    }

    private static Object given(Object[] arguments) {
        if (arguments.length == 0) {
            throw new IllegalStateException(
                    "the calls of this pipeline are told apart by a given key, and here is none:"
                            + " write pipeline.forKey(key).call(...)");
        }
        return arguments[0];
    }

    private @Nullable Expression expression(String name) {
        return (Expression) attributes.get(name);
    }
}
