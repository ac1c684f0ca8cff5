package dev.resilience.spring.actuate;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.PolicyRegistry;
import dev.resilience.spring.GuardReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@code /actuator/resilience}: everything there is, {@code /{kind}} one kind, {@code /{kind}/{name}} one policy.
 *
 * <p>Read-only. It never makes a policy because somebody asked for its name.
 */
@Endpoint(id = "resilience", defaultAccess = Access.READ_ONLY)
public class ResilienceEndpoint {

    /** What operators have to multiply with. */
    static final String SCOPE = "this JVM: limits hold for each replica on its own";

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
     * @param methods the guarded methods with their policies, outermost first
     * @param findings what the guard has to say about the application
     */
    public record Overview(
            boolean enabled,
            String scope,
            Map<String, Map<String, PolicyDescription>> kinds,
            Map<String, GuardReport.Method> methods,
            List<GuardReport.Note> findings) {}

    @ReadOperation
    public Overview overview() {
        Map<String, Map<String, PolicyDescription>> kinds = new LinkedHashMap<>();
        for (PolicyKind<?, ?> kind : registry.kinds()) {
            kinds.put(kind.id(), describeAll(kind.id()));
        }
        return new Overview(report.enabled(), SCOPE, kinds, report.methods(), report.findings());
    }

    /** One kind, or one policy; null for what there is not. Names with slashes are several segments. */
    @ReadOperation
    public @Nullable Object part(@Selector(match = Selector.Match.ALL_REMAINING) String... path) {
        if (path.length == 0) {
            return overview();
        }
        if (registry.kinds().stream().noneMatch(kind -> kind.id().equals(path[0]))) {
            return null;
        }
        if (path.length == 1) {
            return describeAll(path[0]);
        }
        String name = String.join("/", List.of(path).subList(1, path.length));
        Optional<PolicyInstance<?, ?>> instance = registry.find(path[0], name);
        return instance.map(this::describe).orElse(null);
    }

    private Map<String, PolicyDescription> describeAll(String kind) {
        Map<String, PolicyDescription> described = new LinkedHashMap<>();
        registry.all(kind).forEach((name, instance) -> described.put(name, describe(instance)));
        return described;
    }

    private PolicyDescription describe(PolicyInstance<?, ?> instance) {
        List<String> methods = report.methods().entrySet().stream()
                .filter(method -> method.getValue().policies().stream()
                        .anyMatch(placed -> placed.kind().equals(instance.kind().id())
                                && placed.name().equals(instance.name())))
                .map(Map.Entry::getKey)
                .toList();
        return PolicyDescription.of(instance, methods);
    }
}
