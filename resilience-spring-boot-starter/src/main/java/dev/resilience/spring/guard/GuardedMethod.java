package dev.resilience.spring.guard;

import dev.resilience.Body;
import dev.resilience.CallShape;
import dev.resilience.ContextCarrier;
import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ReactiveAdapter;

/**
 * A method with its pipeline, resolved once. It knows nothing of how the method is intercepted: whoever has arguments and
 * a body may call it. Thread-safe.
 */
public final class GuardedMethod {

    private final Method method;
    private final Class<?> owner;
    private final ReturnShape returns;
    private final Pipeline pipeline;
    private final Map<PolicyInstance<?, ?>, Map<String, String>> placements;
    private final boolean mayInvokeAgain;
    private final @Nullable DeferredKeys keys;
    private volatile @Nullable Consumer<Object[]> watcher;

    /**
     * @param placements what belongs to the policies on this method, as it is written
     * @param carrier carries the caller's context over the wait for a key
     */
    GuardedMethod(
            Method method,
            Class<?> owner,
            ReturnShape returns,
            Pipeline pipeline,
            Map<PolicyInstance<?, ?>, Map<String, String>> placements,
            ContextCarrier carrier) {
        this.method = method;
        this.owner = owner;
        this.returns = returns;
        this.pipeline = pipeline;
        this.placements = Map.copyOf(placements);
        boolean publishes = returns.shape() == CallShape.MONO || returns.shape() == CallShape.FLUX;
        this.mayInvokeAgain = pipeline.mayInvokeAgain() || publishes;
        this.keys = publishes ? DeferredKeys.of(pipeline.stages(), carrier) : null;
    }

    /**
     * Shows each call to the watcher before it begins, on the thread of the caller: the arguments as policies see them, in an
     * array that no other call has.
     */
    public void watch(Consumer<Object[]> shown) {
        watcher = shown;
    }

    /**
     * Calls the method through its pipeline.
     *
     * @param arguments all arguments of the method, not changed
     * @param body the method with these arguments; it may be invoked more than once, and on other threads
     * @return what the method's callers expect by its return type
     */
    public @Nullable Object invoke(Object[] arguments, Body body) throws Throwable {
        Object[] visible = visible(arguments);
        ReactiveAdapter adapter = returns.adapter();
        if (adapter == null) {
            return whenKnown(pipeline.invoke(returns.shape(), visible, body), visible);
        }
        Object publisher = whenKnown(pipeline.invoke(returns.shape(), visible, new Converted(body, adapter)), visible);
        return Publishers.convert(publisher, adapter);
    }

    private Object[] visible(Object[] arguments) {
        Object[] visible = returns.visible(arguments);
        Consumer<Object[]> watching = watcher;
        if (watching == null) {
            return visible;
        }
        Object[] own = visible.clone();
        watching.accept(own);
        return own;
    }

    /** A publisher begins when its keys are known. */
    private @Nullable Object whenKnown(@Nullable Object result, Object[] visible) {
        return keys == null ? result : Publishers.whenKnown(keys, result, visible);
    }

    /** Whether the body may be invoked more than once in a call: a publisher runs anew with every subscription. */
    public boolean mayInvokeAgain() {
        return mayInvokeAgain;
    }

    /** The guarded operation, such as {@code QuoteService.quote}. */
    public String operation() {
        return pipeline.operation();
    }

    /** In which shape the method gives its result. */
    public CallShape shape() {
        return returns.shape();
    }

    /** The policies around the method. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /** What belongs to one of the policies on this method, as it is written. */
    Map<String, String> placement(PolicyInstance<?, ?> policy) {
        return placements.getOrDefault(policy, Map.of());
    }

    /** The method. */
    public Method method() {
        return method;
    }

    /** The class it is called on: the bean's, or the interface of a client. */
    public Class<?> owner() {
        return owner;
    }

    @Override
    public String toString() {
        return operation();
    }

    /** A body whose publishers are of another library. */
    private record Converted(Body body, ReactiveAdapter adapter) implements BeanBody {

        @Override
        public Object invoke() throws Throwable {
            return adapter.toPublisher(body.invoke());
        }

        @Override
        public Object bean() {
            if (body instanceof BeanBody known) {
                return known.bean();
            }
            throw new IllegalStateException("nobody knows the bean of " + body);
        }
    }

    /** Apart, so that this class loads without reactive libraries. */
    private static final class Publishers {

        private static @Nullable Object whenKnown(DeferredKeys keys, @Nullable Object result, Object[] visible) {
            return result == null ? null : keys.before((org.reactivestreams.Publisher<?>) result, visible);
        }

        private static @Nullable Object convert(@Nullable Object publisher, ReactiveAdapter adapter) {
            return publisher == null ? null : adapter.fromPublisher((org.reactivestreams.Publisher<?>) publisher);
        }
    }
}
