package dev.resilience.spring.actuate;

import dev.resilience.KeyReset;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.spring.GuardReport;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * {@code /pipelines/{name}} what became of the calls that code runs through pipelines.
 *
 * <p>Read-only, unless its access is unrestricted: then deleting a key resets it. It never makes a policy because somebody
 * asked for its name.
 */
@Endpoint(id = "resilience", defaultAccess = Access.READ_ONLY)
public class ResilienceEndpoint {

    /** What operators have to multiply with. */
    static final String SCOPE = "this JVM: limits hold for each replica on its own";

    /** What stands where a kind does, and is none. */
    static final String PIPELINES = "pipelines";

    private final PolicyRegistry registry;
    private final GuardReport report;

    /** An endpoint over these policies. */
    public ResilienceEndpoint(PolicyRegistry registry, GuardReport report) {
        this.registry = registry;
        this.report = report;
    }

    /**
     * Everything.
     *
     * @param enabled whether guards do anything
     * @param scope how far limits reach
     * @param kinds the policies by kind and name
     * @param pipelines the pipelines that code has asked for by name
     * @param methods the guarded methods with their policies, outermost first
     * @param findings what the guard has to say about the application
     */
    public record Overview(
            boolean enabled,
            String scope,
            Map<String, Map<String, PolicyDescription>> kinds,
            Map<String, PipelineDescription> pipelines,
            Map<String, GuardReport.Method> methods,
            List<GuardReport.Note> findings) {}

    @ReadOperation
    public Overview overview() {
        Map<String, Map<String, PolicyDescription>> kinds = new LinkedHashMap<>();
        for (PolicyKind<?, ?> kind : registry.kinds()) {
            kinds.put(kind.id(), describeAll(kind.id()));
        }
        return new Overview(report.enabled(), SCOPE, kinds, pipelines(), report.methods(), report.findings());
    }

    /** One kind, or one policy; null for what there is not. Names with slashes are several segments. */
    public @Nullable Object part(String... path) {
        return part(path, null, null);
    }

    /**
     * One kind, one policy, one key of a policy, all pipelines, or one of them; null for what there is not.
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
        if (!isKind(path[0])) {
            return null;
        }
        return path.length == 1 ? describeAll(path[0]) : describe(asked(path), key, tier);
    }

    /**
     * Resets one key of a policy.
     *
     * @param path the kind, the name of the policy and the key, as for reading
     * @param key the key, if it isn't in the path
     * @return what became of it; null for what there is not
     */
    @DeleteOperation
    public @Nullable KeyReset reset(
            SecurityContext security,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path,
            @Nullable String key) {
        if (path.length < 2 || !isKind(path[0])) {
            return null;
        }
        Asked asked = asked(path);
        String text = asked.key(key);
        if (asked.instance() == null || text == null) {
            return null;
        }
        Principal who = security.getPrincipal();
        return asked.instance()
                .resetKey(text, who == null ? null : who.getName())
                .orElse(null);
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
