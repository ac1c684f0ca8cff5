package dev.resilience.spring.guard;

import dev.resilience.PipelineStatistics;
import dev.resilience.PolicyInstance;
import dev.resilience.Resilience;
import dev.resilience.execution.Stage;
import dev.resilience.spring.GuardReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What there is to show of the guards, as it is at the moment of asking. */
public final class LiveReport implements GuardReport {

    private final Guards guards;
    private final Findings findings;
    private final Resilience door;

    /** @param door where code asks for pipelines */
    public LiveReport(Guards guards, Findings findings, Resilience door) {
        this.guards = guards;
        this.findings = findings;
        this.door = door;
    }

    @Override
    public boolean enabled() {
        return guards.enabled();
    }

    @Override
    public Map<String, Method> methods() {
        Map<String, Method> methods = new LinkedHashMap<>();
        for (GuardedMethod method : guards.methods()) {
            methods.put(method.operation(), shown(method));
        }
        guards.rules()
                .forEach(rule -> methods.put(rule.name(), new Method("request", Map.of(), List.of(placed(rule)))));
        return methods;
    }

    @Override
    public Map<String, PipelineStatistics> pipelines() {
        Map<String, PipelineStatistics> pipelines = new LinkedHashMap<>();
        door.pipelines().forEach((name, pipeline) -> pipelines.put(name, pipeline.statistics()));
        return pipelines;
    }

    @Override
    public List<Note> findings() {
        return findings.all().stream()
                .map(finding -> new Note(level(finding), finding.where(), finding.text(), finding.fix()))
                .toList();
    }

    private static Method shown(GuardedMethod method) {
        List<Placed> policies = method.pipeline().stages().stream()
                .map(stage -> placed(method, stage))
                .toList();
        return new Method(
                method.shape().name().toLowerCase(Locale.ROOT),
                method.pipeline().calls(),
                policies);
    }

    private static Placed placed(GuardedMethod method, Stage stage) {
        return new Placed(
                stage.place(),
                stage.instance().kind().id(),
                stage.instance().name(),
                method.placement(stage.instance()));
    }

    private static Placed placed(RequestRule rule) {
        PolicyInstance<?, ?> limiter = rule.placed().instance();
        String kind = limiter.kind().id();
        return new Placed(kind, kind, limiter.name(), rule.written());
    }

    private static String level(Finding finding) {
        return switch (finding.level()) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case INFO -> "information";
        };
    }
}
