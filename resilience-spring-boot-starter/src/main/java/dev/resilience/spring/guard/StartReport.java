package dev.resilience.spring.guard;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyKind;
import dev.resilience.execution.Stage;
import dev.resilience.spring.guard.Finding.Level;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log is told once the application stands: how much is guarded by what, and every finding. */
final class StartReport {

    private static final Logger LOGGER = LoggerFactory.getLogger("dev.resilience");

    private final Guards guards;
    private final Findings findings;

    StartReport(Guards guards, Findings findings) {
        this.guards = guards;
        this.findings = findings;
    }

    void write() {
        LOGGER.info("{}", summary());
        for (Finding finding : findings.all()) {
            switch (finding.level()) {
                case ERROR -> LOGGER.error("resilience: {}", finding);
                case WARNING -> LOGGER.warn("resilience: {}", finding);
                case INFO -> LOGGER.info("resilience: {}", finding);
            }
        }
        guards.methods().forEach(method -> LOGGER.debug("resilience: {} = {}", method, order(method)));
    }

    private String summary() {
        List<GuardedMethod> methods = guards.methods();
        Map<PolicyKind<?, ?>, Long> kinds = policies(methods).stream()
                .collect(Collectors.groupingBy(PolicyInstance::kind, LinkedHashMap::new, Collectors.counting()));
        long policies = kinds.values().stream().mapToLong(Long::longValue).sum();
        String byKind = kinds.entrySet().stream()
                .map(entry -> counted(entry.getValue(), entry.getKey().singular(), words(entry.getKey())))
                .collect(Collectors.joining(", ", " (", ")"));
        return "resilience: " + counted(methods.size(), "method", "methods") + " guarded by "
                + counted(policies, "policy", "policies") + (kinds.isEmpty() ? "" : byKind)
                + rules()
                + (guards.enabled() ? "" : ", switched off by resilience.enabled=false")
                + ", limits are per JVM (× replicas), findings: " + findingsByLevel();
    }

    /** Their limiters are no policies of methods, and so are not among those. */
    private String rules() {
        long before = guards.rules().stream().filter(RequestRule::beforeLogin).count();
        int all = guards.rules().size();
        return all == 0
                ? ""
                : ", " + counted(all, "rule", "rules") + " for requests (" + before + " before the log-in, "
                        + (all - before) + " after it)";
    }

    private static Set<PolicyInstance<?, ?>> policies(List<GuardedMethod> methods) {
        return methods.stream()
                .flatMap(method -> method.pipeline().stages().stream())
                .map(Stage::instance)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String words(PolicyKind<?, ?> kind) {
        return kind.id().replace('-', ' ');
    }

    private String findingsByLevel() {
        String levels = Stream.of(Level.values())
                .filter(level -> !findings.of(level).isEmpty())
                .map(level -> counted(findings.of(level).size(), level.word(), level.words()))
                .collect(Collectors.joining(", "));
        return levels.isEmpty() ? "none" : levels;
    }

    private static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    private static String order(GuardedMethod method) {
        return method.pipeline().stages().stream()
                .map(stage -> stage.place() + " '" + stage.instance().name() + "'")
                .collect(Collectors.joining(" > ", "", " > method"));
    }
}
