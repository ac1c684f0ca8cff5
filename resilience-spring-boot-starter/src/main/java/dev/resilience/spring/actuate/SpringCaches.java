package dev.resilience.spring.actuate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/**
 * The caches of Spring's cache managers, for the endpoint: those behind {@code @Cacheable}. They are none of our policies: our
 * invalidation doesn't reach them, and theirs doesn't reach ours.
 *
 * <p>Many a manager makes a cache when it is asked for one, so it is only asked for those it names itself. What a manager or a
 * cache throws is shown in its place, and hides no other. Thread-safe, as far as they are.
 */
public final class SpringCaches {

    /** What stands where a kind does in paths and events, and is none. */
    static final String ID = "spring-caches";

    private final Supplier<Map<String, CacheManager>> managers;

    /** @param managers those that exist, by the names of their beans; asked each time */
    public SpringCaches(Supplier<Map<String, CacheManager>> managers) {
        this.managers = managers;
    }

    /**
     * What a path leads to.
     *
     * @param manager null if it leads nowhere
     * @param cache null if it leads to a manager at most
     * @param name what the two are called together, as far as they are there
     * @param rest what follows: a key, or a name there is not
     */
    record Found(@Nullable CacheManager manager, @Nullable Cache cache, String name, List<String> rest) {}

    /** All there are, by manager. */
    Map<String, ManagerDescription> all() {
        Map<String, ManagerDescription> all = new TreeMap<>();
        managers.get().forEach((name, manager) -> all.put(name, describe(manager)));
        return all;
    }

    /** Everything, a manager or a cache; null for what there is not, and for keys: looking for one may count as a hit, or load it. */
    @Nullable Object part(List<String> path) {
        if (path.isEmpty()) {
            return all();
        }
        try {
            Found found = find(path);
            if (found.manager() == null || !found.rest().isEmpty()) {
                return null;
            }
            return found.cache() == null ? describe(found.manager()) : SpringCacheDescription.of(found.cache());
        } catch (RuntimeException broken) {
            return SpringCacheDescription.broken(broken);
        }
    }

    /** Follows a path as far as it leads. */
    Found find(List<String> path) {
        Map<String, CacheManager> known = managers.get();
        Optional<Integer> end = Asked.longest(path, known.keySet());
        if (end.isEmpty()) {
            return new Found(null, null, "", path);
        }
        String name = Asked.joined(path.subList(0, end.get()));
        return find(known.get(name), name, path.subList(end.get(), path.size()));
    }

    private static Found find(CacheManager manager, String name, List<String> path) {
        Optional<Integer> end = Asked.longest(path, manager.getCacheNames());
        Cache cache = end.map(at -> manager.getCache(Asked.joined(path.subList(0, at))))
                .orElse(null);
        if (cache == null) {
            return new Found(manager, null, name, path);
        }
        return new Found(manager, cache, name + "/" + cache.getName(), path.subList(end.get(), path.size()));
    }

    /** The names that could stand where the path leads nowhere. */
    List<String> known(Found found) {
        return found.manager() == null
                ? List.copyOf(managers.get().keySet())
                : List.copyOf(found.manager().getCacheNames());
    }

    private static ManagerDescription describe(CacheManager manager) {
        String type = manager.getClass().getName();
        try {
            Map<String, SpringCacheDescription> caches = new TreeMap<>();
            for (String name : manager.getCacheNames()) {
                caches.put(name, describe(manager, name));
            }
            return new ManagerDescription(type, caches, null);
        } catch (RuntimeException broken) {
            return new ManagerDescription(type, Map.of(), SpringCacheDescription.told(broken));
        }
    }

    private static SpringCacheDescription describe(CacheManager manager, String name) {
        try {
            Cache cache = manager.getCache(name);
            return cache == null
                    ? SpringCacheDescription.broken(
                            new IllegalStateException("its manager names it, and doesn't give it"))
                    : SpringCacheDescription.of(cache);
        } catch (RuntimeException broken) {
            return SpringCacheDescription.broken(broken);
        }
    }
}
