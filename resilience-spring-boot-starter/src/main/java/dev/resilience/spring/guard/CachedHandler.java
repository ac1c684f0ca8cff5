package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.cache.CacheConfiguration;
import dev.resilience.cache.HttpCaching;
import dev.resilience.cache.ResultCache;
import dev.resilience.configuration.Setting;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * A method of a controller that answers requests and whose results are cached. Immutable, but for what its cache may be told
 * at run time.
 */
public final class CachedHandler {

    private static final String CONTROLLER = "org.springframework.stereotype.Controller";
    private static final String MAPPING = "org.springframework.web.bind.annotation.RequestMapping";

    private final GuardedMethod method;
    private final PolicyInstance<?, ?> cache;
    private final Variance variance;

    private CachedHandler(GuardedMethod method, PolicyInstance<?, ?> cache) {
        this.method = method;
        this.cache = cache;
        this.variance = Variance.of(method.method(), method.placement(cache));
    }

    /** The method as such a handler, if it is one, by the rule of Spring's own handler mappings. */
    static Optional<CachedHandler> of(GuardedMethod method) {
        return isHandler(method)
                ? method.pipeline().stages().stream()
                        .<PolicyInstance<?, ?>>map(stage -> stage.instance())
                        .filter(instance -> instance.state() instanceof ResultCache)
                        .findFirst()
                        .map(cache -> new CachedHandler(method, cache))
                : Optional.empty();
    }

    private static boolean isHandler(GuardedMethod method) {
        return MergedAnnotations.from(method.owner(), SearchStrategy.TYPE_HIERARCHY)
                        .isPresent(CONTROLLER)
                && MergedAnnotations.from(method.method(), SearchStrategy.TYPE_HIERARCHY)
                        .isPresent(MAPPING);
    }

    /** Whether this is the method that Spring has chosen for a request. */
    public boolean is(Method chosen, Class<?> beanType) {
        return method.owner() == beanType && Methods.isSame(method.method(), chosen);
    }

    /** The method. */
    public GuardedMethod method() {
        return method;
    }

    /** Its cache. */
    public ResultCache cache() {
        return (ResultCache) cache.state();
    }

    /** What the cache is told at this moment. */
    public CacheConfiguration configuration() {
        return (CacheConfiguration) cache.configuration();
    }

    /** What its responses depend on besides the address that is asked for. */
    public Variance variance() {
        return variance;
    }

    /** Whether clients are told anything: not of what is off, or of a cache that only watches. */
    public boolean isTold() {
        return cache.mode() == Mode.ENFORCED && configuration().http() != HttpCaching.OFF;
    }

    /** Whether it answers requests that only read, which are the ones that are told. */
    boolean isRead() {
        return HttpVerbs.reads(method.method());
    }

    /** In which shape it gives its result. */
    CallShape shape() {
        return method.shape();
    }

    /** The policy that keeps the results. */
    PolicyInstance<?, ?> policy() {
        return cache;
    }

    /** The word of its own configuration or annotation about a knob, rather than an inherited one; null if there is none. */
    @Nullable String said(String knob) {
        Setting setting = cache.resolved().settings().get(knob);
        return setting == null || setting.isInherited() ? null : setting.text();
    }

    @Override
    public String toString() {
        return method.operation();
    }
}
