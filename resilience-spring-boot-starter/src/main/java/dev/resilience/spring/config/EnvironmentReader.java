package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Configurations.Bound;
import dev.resilience.configuration.Layers;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.config.PropertyPath.Segment;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Reads everything below {@code resilience.} from an environment.
 *
 * <p>Why not bind beans to the properties, as one would? A binder starts from the type and asks for what it expects;
 * what it doesn't expect it either ignores or refuses one at a time, and it doesn't know kinds that a user adds. This
 * reader starts from what is written: every property of every source is understood, or it is a problem. Each source
 * becomes a layer of its own, so that a stronger one wins property by property, a list is replaced whole, and a map
 * merges by entry.
 */
public final class EnvironmentReader {

    private final List<PolicyKind<?, ?>> kinds;
    private final List<Problem> problems = new ArrayList<>();
    private final List<KindSection> sections;
    private final PipelineSection pipelineSection;
    private final HttpSection httpSection;
    private final KnobSection<HttpClientKnobs> httpClientSection;
    private final KnobSection<RetryLogKnobs> retryLogSection;
    private final HealthStates healthStates;
    private final PropertySources sources;

    private final Layers layers = new Layers();
    private final List<Map<String, Setting>> roots = new ArrayList<>();
    private final Map<String, Map<String, Setting>> pipelines = new LinkedHashMap<>();

    private EnvironmentReader(ConfigurableEnvironment environment, Collection<? extends PolicyKind<?, ?>> kinds) {
        this.kinds = List.copyOf(kinds);
        this.sections =
                this.kinds.stream().map(kind -> new KindSection(kind, problems)).toList();
        this.pipelineSection = new PipelineSection(this.kinds, problems);
        this.httpSection = new HttpSection(this.kinds, problems);
        this.httpClientSection = new KnobSection<>(Roots.HTTP_CLIENTS, HttpClientKnobs.class, problems);
        this.retryLogSection = new KnobSection<>(Roots.RETRY_LOG, RetryLogKnobs.class, problems);
        this.healthStates = new HealthStates(this.kinds, problems);
        this.sources = new PropertySources(environment, new EnvironmentVariables(this.kinds)::path, problems);
    }

    /** What is written there about policies of these kinds. Problems are collected, none is thrown. */
    public static ResilienceProperties read(
            ConfigurableEnvironment environment, Collection<? extends PolicyKind<?, ?>> kinds) {
        return new EnvironmentReader(environment, kinds).read();
    }

    private ResilienceProperties read() {
        for (List<Written> source : sources.weakestFirst()) {
            SourceSettings settings = new SourceSettings(problems);
            source.forEach(written -> route(written, settings));
            httpSection.nextSource();
            settings.forEach(this::layer);
        }
        Bound<Roots> bound = Configurations.bind(Roots.class, roots);
        bound.problems().forEach(problem -> problems.add(problem.under(PropertyName.ROOT)));
        Roots root = bound.configuration() == null ? Configurations.defaults(Roots.class) : bound.configuration();
        Map<String, PipelineProperties> named = new LinkedHashMap<>();
        pipelines.forEach((name, settings) -> named.put(name, pipelineSection.pipeline(name, settings)));
        HttpProperties http = httpSection.properties(layers);
        HttpClientKnobs httpClients = httpClientSection.properties();
        RetryLogKnobs retryLog = retryLogSection.properties();
        return new ResilienceProperties(
                root.enabled(),
                root.strict(),
                root.durations(),
                healthStates.of(root.healthDownOn(), roots),
                new Catalog(kinds, layers),
                named,
                http,
                httpClients,
                retryLog,
                retryLogSection.origin(RetryLogKnobs.FILE),
                List.copyOf(problems));
    }

    private void route(Written written, SourceSettings settings) {
        PropertyPath path = written.path();
        Segment root = path.segment(0);
        Optional<KindSection> kind = section(root);
        if (kind.isPresent()) {
            kind.get().policy(written, settings);
        } else if (root.is(Roots.DEFAULTS)) {
            defaults(written, settings);
        } else if (root.is(Roots.PIPELINES)) {
            pipelineSection.read(written, settings);
        } else if (root.is(Roots.HTTP)) {
            httpSection.read(written, settings);
        } else if (root.is(Roots.HTTP_CLIENTS)) {
            httpClientSection.read(written, settings);
        } else if (root.is(Roots.RETRY_LOG)) {
            retryLogSection.read(written, settings);
        } else if (Roots.OWN.stream().anyMatch(root::is)) {
            root(written, settings);
        } else if (Roots.OTHERS.stream().noneMatch(root::is)) {
            unknown(written, root, Stream.concat(Roots.ALL.stream(), ids()).toList());
        }
    }

    private static void root(Written written, SourceSettings settings) {
        PropertyPath path = written.path();
        boolean element = path.size() == 2 && path.segment(1).isIndex() && Roots.takesSeveral(path.segment(0));
        settings.put(
                new Section("", "", false),
                path.text(0, element ? 1 : path.size()),
                element ? Integer.parseInt(path.segment(1).text()) : SourceSettings.SINGLE,
                written);
    }

    private Optional<KindSection> section(Segment id) {
        return sections.stream().filter(section -> section.isCalled(id)).findFirst();
    }

    private Stream<String> ids() {
        return kinds.stream().map(PolicyKind::id);
    }

    private void defaults(Written written, SourceSettings settings) {
        PropertyPath path = written.path();
        if (path.size() == 1) {
            if (!written.text().isBlank()) {
                problems.add(written.problem("needs kinds below it", "Known are " + String.join(", ", ids().toList())));
            }
            return;
        }
        Segment id = path.segment(1);
        section(id)
                .ifPresentOrElse(kind -> kind.defaults(written, settings), () -> unknown(written, id, ids().toList()));
    }

    private void unknown(Written written, Segment segment, List<String> known) {
        String remedy = new KindNames(kinds).remedy(segment.text(), known);
        problems.add(written.problem("there is no '" + segment.text() + "' here", remedy));
    }

    private void layer(Section section, Map<String, Setting> settings) {
        switch (section.root()) {
            case "" -> roots.add(settings);
            case Roots.DEFAULTS -> layers.defaults(section.name(), settings);
            case Roots.PIPELINES ->
                pipelines
                        .computeIfAbsent(section.name(), any -> new LinkedHashMap<>())
                        .putAll(settings);
            case Roots.HTTP -> httpSection.layer(section.name(), settings);
            case Roots.HTTP_CLIENTS -> httpClientSection.layer(settings);
            case Roots.RETRY_LOG -> retryLogSection.layer(settings);
            default -> policy(section, settings);
        }
    }

    private void policy(Section section, Map<String, Setting> settings) {
        if (section.byLetters()) {
            layers.policyByLetters(section.root(), section.name(), settings);
        } else {
            layers.policy(section.root(), section.name(), settings);
        }
    }
}
