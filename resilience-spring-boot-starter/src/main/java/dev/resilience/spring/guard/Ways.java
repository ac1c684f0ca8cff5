package dev.resilience.spring.guard;

import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/** Where calls of intercepted methods go: each way is looked for once. Thread-safe. */
final class Ways {

    private final Supplier<Guards> guards;
    private final ConcurrentMap<Method, Way> ways = new ConcurrentHashMap<>();

    Ways(Supplier<Guards> guards) {
        this.guards = guards;
    }

    /** The way of this method of this class. */
    Way of(Method method, Class<?> type) {
        Way way = ways.get(method);
        while (way != null && way.type != type) {
            way = way.next;
        }
        return way == null ? resolve(method, type) : way;
    }

    private Way resolve(Method method, Class<?> type) {
        Guards known = guards.get();
        GuardedMethod guarded = known.enabled() ? known.find(AopUtils.getMostSpecificMethod(method, type), type) : null;
        Way first = new Way(method, type, guarded, null);
        return ways.merge(method, first, (before, added) -> new Way(method, type, guarded, before));
    }

    /**
     * The way of one method; it may be inherited by several classes.
     *
     * @param guarded null where nothing guards it
     */
    record Way(
            Method method,
            Class<?> type,
            @Nullable GuardedMethod guarded,
            @Nullable Way next) {

        boolean isOf(Method called, Class<?> of) {
            return method == called && type == of;
        }
    }
}
