package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads {@code pipelines.<name>}: the policies of a pipeline by kind, and the order of its stages. */
final class PipelineSection {

    private final List<String> kinds;
    private final KindNames names;
    private final List<Problem> problems;

    PipelineSection(List<PolicyKind<?, ?>> kinds, List<Problem> problems) {
        this.kinds = kinds.stream().map(PolicyKind::id).toList();
        this.names = new KindNames(kinds);
        this.problems = problems;
    }

    /** A property whose first segment is {@code pipelines}. */
    void read(Written written, SourceSettings settings) {
        PropertyPath path = written.path();
        boolean element = path.size() > 2 && path.segment(path.size() - 1).isIndex();
        int end = element ? path.size() - 1 : path.size();
        if (end < 3) {
            if (!written.text().isBlank() || element) {
                report(written, "needs kinds or an order below a name", example("NAME"));
            }
        } else if (!path.isOneName(1, end - 1) || path.segment(1).isIndex()) {
            String name = path.text(1, end - 1);
            String reason = "the name '" + name + "' doesn't survive without brackets";
            report(written, reason, "Write \"[" + name + "]\", in YAML with the quotes");
        } else {
            put(written, end - 1, element, settings);
        }
    }

    private void put(Written written, int at, boolean element, SourceSettings settings) {
        PropertyPath path = written.path();
        String word = path.segment(at).text();
        Optional<String> known = Stream.concat(kinds.stream(), Stream.of(Roots.ORDER))
                .filter(name -> path.segment(at).is(name))
                .findFirst();
        if (known.isEmpty()) {
            report(written, "there is no kind '" + word + "'", near(word, true));
            return;
        }
        int index = element ? Integer.parseInt(path.segment(path.size() - 1).text()) : SourceSettings.SINGLE;
        settings.put(new Section(Roots.PIPELINES, path.text(1, at), false), known.get(), index, written);
    }

    /** The pipeline that these settings make. */
    PipelineProperties pipeline(String name, Map<String, Setting> settings) {
        String property = PropertyName.below(PropertyName.ROOT + "." + Roots.PIPELINES, name);
        Map<String, List<String>> policies = new LinkedHashMap<>();
        settings.forEach((kind, setting) -> {
            List<String> names = names(setting);
            if (names.isEmpty()) {
                problems.add(problem(property + "." + kind, setting, "is empty", "Name a policy, or remove it"));
            }
            policies.put(kind, names);
        });
        List<String> order = policies.containsKey(Roots.ORDER) ? policies.remove(Roots.ORDER) : List.of();
        Set<String> seen = new HashSet<>();
        order.forEach(stage -> check(stage, seen.add(stage), property, settings.get(Roots.ORDER)));
        String origin =
                settings.values().stream().map(Setting::origin).findFirst().orElse("unknown");
        return new PipelineProperties(name, policies, order, origin);
    }

    private static List<String> names(Setting setting) {
        return setting.values().stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::trim)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private void check(String stage, boolean first, String property, Setting setting) {
        // A kind may have further stages, named after it: total-timeouts.
        boolean known = kinds.stream().anyMatch(kind -> stage.equals(kind) || stage.endsWith("-" + kind));
        if (!known) {
            problems.add(
                    problem(property + ".order", setting, "there is no stage '" + stage + "'", near(stage, false)));
        } else if (!first) {
            problems.add(problem(property + ".order", setting, "names '" + stage + "' twice", "Keep one of them"));
        }
    }

    private String near(String word, boolean withOrder) {
        List<String> known = withOrder
                ? Stream.concat(kinds.stream(), Stream.of(Roots.ORDER)).toList()
                : kinds;
        return names.remedy(word, known);
    }

    private static Problem problem(String property, Setting setting, String reason, String remedy) {
        return new Problem(property, setting.text(), setting.origin(), reason, remedy);
    }

    private void report(Written written, String reason, String remedy) {
        problems.add(written.problem(reason, remedy));
    }

    private String example(String name) {
        return "Write for example '" + PropertyName.ROOT + "." + Roots.PIPELINES + "." + name + "."
                + kinds.stream().findFirst().orElse(Roots.ORDER) + ": upstream'";
    }
}
