package dev.resilience.spring.actuate;

import dev.resilience.KeyReset;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.event.EventSink;
import dev.resilience.spring.GuardReport;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@code /actuator/resilience}: everything there is, {@code /{kind}} one kind, {@code /{kind}/{name}} one policy,
 * {@code /{kind}/{name}/{key}} one key of a policy that keeps a state by key; {@code /pipelines} and
 * {@code /pipelines/{name}} what became of the calls that code runs through pipelines; {@code /spring-caches},
 * {@code /{manager}} and {@code /{cache}} below it the caches behind {@code @Cacheable}.
 *
 * <p>Read-only, unless its access is unrestricted: then deleting a key resets it, and deleting what keeps results drops them. It
 * never makes a policy, nor a cache, because somebody asked for its name.
 */
@Endpoint(id = "resilience", defaultAccess = Access.READ_ONLY)
public class ResilienceEndpoint {

    /** What operators have to multiply with. */
    static final String SCOPE = "this JVM: limits hold for each replica on its own";

    /** What stands where a kind does, and is none. */
    static final String PIPELINES = "pipelines";

    private final PolicyRegistry registry;
    private final GuardReport report;
    private final SpringCaches springCaches;
    private final Deletions deletions;
    private final SpringDeletions springDeletions;

    /** An endpoint over these policies. */
    public ResilienceEndpoint(PolicyRegistry registry, GuardReport report) {
        this(registry, report, new SpringCaches(Map::of), event -> {});
    }

    /**
     * An endpoint over these policies, and over caches that are none.
     *
     * @param events is told who has dropped what of Spring's caches
     */
    public ResilienceEndpoint(
            PolicyRegistry registry, GuardReport report, SpringCaches springCaches, EventSink events) {
        this.registry = registry;
        this.report = report;
        this.springCaches = springCaches;
        this.deletions = new Deletions(registry);
        this.springDeletions = new SpringDeletions(springCaches, events);
    }

    /**
     * Everything.
     *
     * @param enabled whether guards do anything
     * @param scope how far limits reach
     * @param kinds the policies by kind and name
     * @param pipelines the pipelines that code has asked for by name
     * @param springCaches the caches of Spring's cache managers, by manager
     * @param methods the guarded methods with their policies, outermost first
     * @param findings what the guard has to say about the application
     */
    public record Overview(
            boolean enabled,
            String scope,
            Map<String, Map<String, PolicyDescription>> kinds,
            Map<String, PipelineDescription> pipelines,
            Map<String, ManagerDescription> springCaches,
            Map<String, GuardReport.Method> methods,
            List<GuardReport.Note> findings) {}

    @ReadOperation
    public Overview overview() {
        Map<String, Map<String, PolicyDescription>> kinds = new LinkedHashMap<>();
        for (PolicyKind<?, ?> kind : registry.kinds()) {
            kinds.put(kind.id(), describeAll(kind.id()));
        }
        return new Overview(
                report.enabled(), SCOPE, kinds, pipelines(), springCaches.all(), report.methods(), report.findings());
    }

    /** One kind, or one policy; null for what there is not. Names with slashes are several segments. */
    public @Nullable Object part(String... path) {
        return part(path, null, null);
    }

    /**
     * One kind, one policy, one key of a policy, all pipelines, or one of them, Spring's caches, those of one manager, or one of
     * them; null for what there is not.
     *
     * @param path the kind, the name of the policy and the key; names and keys with slashes are several segments
     * @param key the key, if it isn't in the path, which can't carry every text
     * @param tier the tier to look at, where a key is asked for
     */
    @ReadOperation
    public @Nullable Object part(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String key,
            @Nullable String tier) {
        if (path.length == 0) {
            return overview();
        }
        if (path[0].equals(PIPELINES)) {
            return path.length == 1 ? pipelines() : pipelines().get(Asked.joined(below(path)));
        }
        if (path[0].equals(SpringCaches.ID)) {
            return key == null ? springCaches.part(below(path)) : null;
        }
        if (!isKind(path[0])) {
            return null;
        }
        return path.length == 1 ? describeAll(path[0]) : describe(asked(path), key, tier);
    }

    /**
     * Resets one key of a policy, or drops what policies or one of Spring's caches keep.
     *
     * @param path the kind, the name of the policy and the key, as for reading; a kind or a policy alone for all it keeps
     * @param key the key, if it isn't in the path
     * @param prefix only what is kept for keys that begin with this
     * @param operation only what was kept for this operation
     * @return a {@link KeyReset}, or what was {@link Cleared}; null for what there is not, and what can't be cleared
     */
    @DeleteOperation
    public @Nullable Object delete(
            SecurityContext security,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String key,
            @Nullable String prefix,
            @Nullable String operation) {
        if (path.length == 0) {
            return null;
        }
        Principal who = security.getPrincipal();
        Wish wish = new Wish(key, prefix, operation, who == null ? null : who.getName());
        if (path[0].equals(SpringCaches.ID)) {
            return springDeletions.of(below(path), wish);
        }
        return isKind(path[0]) ? deletions.of(path[0], below(path), wish) : null;
    }

    private boolean isKind(String id) {
        return registry.kinds().stream().anyMatch(kind -> kind.id().equals(id));
    }

    private Asked asked(String[] path) {
        return Asked.in(registry, path[0], below(path));
    }

    private static List<String> below(String[] path) {
        return List.of(path).subList(1, path.length);
    }

    /** The operations that these policies of a kind are placed on. */
    List<String> operations(String kind, Set<String> names) {
        return registry.all(kind).values().stream()
                .filter(instance -> names.contains(instance.name()))
                .flatMap(instance -> placements(instance).keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    SpringCaches springCaches() {
        return springCaches;
    }

    /** The pipelines that code has asked for: asking here makes none. */
    Map<String, PipelineDescription> pipelines() {
        Map<String, PipelineDescription> pipelines = new LinkedHashMap<>();
        report.pipelines().forEach((name, statistics) -> pipelines.put(name, PipelineDescription.of(statistics)));
        return pipelines;
    }

    private @Nullable Object describe(Asked asked, @Nullable String key, @Nullable String tier) {
        PolicyInstance<?, ?> instance = asked.instance();
        if (instance == null) {
            return null;
        }
        String text = asked.key(key);
        if (text == null) {
            return describe(instance).with(instance.topKeys().orElse(null));
        }
        return instance.key(text, tier)
                .map(view -> KeyDescription.of(instance, view, placements(instance)))
                .orElse(null);
    }

    private Map<String, PolicyDescription> describeAll(String kind) {
        Map<String, PolicyDescription> described = new LinkedHashMap<>();
        registry.all(kind).forEach((name, instance) -> described.put(name, describe(instance)));
        return described;
    }

    private PolicyDescription describe(PolicyInstance<?, ?> instance) {
        return PolicyDescription.of(instance, List.copyOf(placements(instance).keySet()));
    }

    /** The operations a policy is placed on, with what is placed there. */
    private Map<String, Map<String, String>> placements(PolicyInstance<?, ?> instance) {
        Map<String, Map<String, String>> placements = new LinkedHashMap<>();
        report.methods().forEach((operation, method) -> method.policies().stream()
                .filter(placed -> placed.kind().equals(instance.kind().id())
                        && placed.name().equals(instance.name()))
                .forEach(placed -> placements.put(operation, placed.placement())));
        return placements;
    }
}
