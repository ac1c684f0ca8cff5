package dev.resilience.spring.guard;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.spring.config.PipelineProperties;
import dev.resilience.spring.config.ResilienceProperties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.PropertyResolver;

/** Decides which policies the annotations of a method mean. */
final class UseReader {

    private static final Pattern NO_NAME = Pattern.compile("^\\d|\\s");

    private final Map<String, PolicyKind<?, ?>> kinds = new LinkedHashMap<>();
    private final Map<String, Set<String>> configured = new HashMap<>();
    private final Map<String, PipelineProperties> pipelines;
    private final PropertyResolver placeholders;

    /** A reader that knows what was configured before any annotation was added. */
    UseReader(ResilienceProperties properties, PropertyResolver placeholders) {
        for (PolicyKind<?, ?> kind : properties.catalog().kinds()) {
            kinds.put(kind.id(), kind);
            configured.put(kind.id(), Set.copyOf(properties.catalog().names(kind.id())));
        }
        this.pipelines = properties.pipelines();
        this.placeholders = placeholders;
    }

    /** The names of a kind that are configured in properties. */
    Set<String> configured(String kind) {
        return configured.getOrDefault(kind, Set.of());
    }

    /** The policies on a method, from its annotations and its pipeline. */
    List<Use> uses(DeclaredMethod method, List<Problem> problems) {
        List<Use> uses = new ArrayList<>();
        Set<String> taken = new LinkedHashSet<>();
        for (Declaration declaration : method.declarations()) {
            PolicyKind<?, ?> kind = kinds.get(declaration.kind());
            if (kind == null) {
                problems.add(unknown("kind", declaration.kind(), kinds.keySet(), declaration.origin()));
            } else {
                int before = problems.size();
                Use use = use(kind, declaration, method.operation(), taken, problems);
                if (problems.size() == before) {
                    uses.add(use);
                }
            }
        }
        pipeline(method, problems).ifPresent(pipeline -> addAll(pipeline, method, uses, problems));
        return uses;
    }

    /** The policies of a pipeline. */
    List<Use> uses(PipelineProperties pipeline) {
        List<Use> uses = new ArrayList<>();
        pipeline.policies().forEach((id, names) -> {
            PolicyKind<?, ?> kind = kinds.get(id);
            if (kind != null) {
                names.forEach(name -> uses.add(new Use(kind, name, true, Map.of(), pipeline.origin())));
            }
        });
        return uses;
    }

    /** The places of a method's policies in the order that is wished for. */
    List<String> order(DeclaredMethod method) {
        DeclaredPipeline declared = method.pipeline();
        if (declared == null) {
            return List.of();
        }
        PipelineProperties named = pipelines.get(placeholders.resolvePlaceholders(declared.name()));
        return declared.order().isEmpty() && named != null
                ? named.order()
                : declared.order().stream()
                        .map(placeholders::resolvePlaceholders)
                        .flatMap(places -> Arrays.stream(places.split(",")))
                        .map(String::strip)
                        .toList();
    }

    private Use use(
            PolicyKind<?, ?> kind,
            Declaration declaration,
            String operation,
            Set<String> taken,
            List<Problem> problems) {
        Map<String, List<String>> attributes = attributes(declaration, problems);
        String name = text(declaration.name(), declaration, problems);
        String value = text(declaration.value(), declaration, problems);
        Optional<String> shorthand =
                value.isEmpty() || configured(kind.id()).contains(value) ? Optional.empty() : shorthand(kind, value);
        shorthand.ifPresent(knob -> attributes.put(knob, List.of(value)));
        String said =
                name.isEmpty() || name.equals(value) ? shorthand.map(knob -> "").orElse(value) : name;
        if (!name.isEmpty() && !value.isEmpty() && !name.equals(value) && shorthand.isEmpty()) {
            problems.add(twoNames(kind, name, value, declaration));
        }
        String given = said.isEmpty() ? ownName(kind.id(), operation, taken) : said;
        return new Use(kind, given, !said.isEmpty(), attributes, declaration.origin());
    }

    /** What can be no name was meant as the value of the knob that bare values stand for: then the reason is told. */
    private static Optional<String> shorthand(PolicyKind<?, ?> kind, String value) {
        Optional<String> said = kind.shorthand(value);
        if (said.isPresent() || !NO_NAME.matcher(value).find()) {
            return said;
        }
        return Knobs.of(kind).stream()
                .flatMap(knob ->
                        kind.shorthand(knob.exampleOrDefault()).stream().filter(name -> name.equals(knob.name())))
                .findFirst();
    }

    private static Problem twoNames(PolicyKind<?, ?> kind, String name, String value, Declaration declaration) {
        String reason = "the " + kind.singular() + " is called '" + name + "' already";
        return new Problem("value", value, declaration.origin(), reason, "Give it one name");
    }

    /** The second nameless annotation of a repeatable one needs a name of its own. */
    private static String ownName(String kind, String operation, Set<String> taken) {
        String name = operation;
        for (int number = 2; !taken.add(kind + " " + name); number++) {
            name = operation + "#" + number;
        }
        return name;
    }

    private Map<String, List<String>> attributes(Declaration declaration, List<Problem> problems) {
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        declaration
                .attributes()
                .forEach((property, texts) -> attributes.put(
                        property,
                        texts.stream()
                                .map(text -> text(text, declaration, problems))
                                .toList()));
        return attributes;
    }

    private String text(String text, Declaration declaration, List<Problem> problems) {
        String resolved = resolvable(text);
        if (resolved == null) {
            problems.add(unresolvable(declaration.kind(), text, declaration.origin()));
        }
        return resolved == null ? text : resolved;
    }

    private @Nullable String resolvable(String text) {
        try {
            return placeholders.resolveRequiredPlaceholders(text);
        } catch (IllegalArgumentException unresolvable) {
            return null;
        }
    }

    private static Problem unresolvable(String what, String text, String origin) {
        return new Problem(
                what,
                text,
                origin,
                "the placeholder can't be resolved",
                "Set the property, or give a default as in '${property:default}'");
    }

    private Optional<PipelineProperties> pipeline(DeclaredMethod method, List<Problem> problems) {
        DeclaredPipeline declared = method.pipeline();
        if (declared == null || declared.name().isEmpty()) {
            return Optional.empty();
        }
        String name = resolvable(declared.name());
        if (name == null) {
            problems.add(unresolvable("@Resilient", declared.name(), declared.origin()));
            return Optional.empty();
        }
        PipelineProperties pipeline = pipelines.get(name);
        if (pipeline == null) {
            Problem unknown = unknown("pipeline", name, pipelines.keySet(), declared.origin());
            problems.add(pipelines.isEmpty() ? notConfigured(unknown, name) : unknown);
        }
        return Optional.ofNullable(pipeline);
    }

    private void addAll(PipelineProperties pipeline, DeclaredMethod method, List<Use> uses, List<Problem> problems) {
        for (Use use : uses(pipeline)) {
            Use rival = rival(use, uses);
            if (rival != null) {
                problems.add(contradiction(pipeline, method, use, rival));
            }
        }
        uses.addAll(uses(pipeline));
    }

    private static @Nullable Use rival(Use use, List<Use> uses) {
        return uses.stream()
                .filter(other -> other.kind() == use.kind())
                .findFirst()
                .orElse(null);
    }

    private static Problem contradiction(PipelineProperties pipeline, DeclaredMethod method, Use use, Use rival) {
        return new Problem(
                "@Resilient",
                pipeline.name(),
                method.pipeline() == null ? method.place() : method.pipeline().origin(),
                "the pipeline has the " + use.kind().singular() + " '" + use.name() + "', and " + method.operation()
                        + " has the " + rival.kind().singular() + " '" + rival.name() + "' as an annotation",
                "Keep one of the two");
    }

    private static Problem notConfigured(Problem unknown, String name) {
        String property = PropertyName.below(PropertyName.ROOT + ".pipelines", name);
        return new Problem(
                unknown.property(),
                name,
                unknown.origin(),
                unknown.reason(),
                "Write its policies by kind, for example '" + property + ".retries: upstream'");
    }

    private static Problem unknown(String what, String name, Collection<String> known, String origin) {
        String remedy = known.isEmpty() ? "None is configured" : NearestName.remedy(name, known);
        return new Problem(what, name, origin, "there is no " + what + " '" + name + "'", remedy);
    }
}
