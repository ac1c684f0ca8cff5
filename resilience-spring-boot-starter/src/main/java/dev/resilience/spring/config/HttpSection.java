package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Configurations.Bound;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Layers;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads {@code http}: how requests are answered, and the rules that limit them. */
final class HttpSection {

    static final String RULES = "rules";

    private static final String PROPERTY = PropertyName.ROOT + "." + Roots.HTTP;

    private static final List<Knobs.Described> COMMON = Knobs.of(HttpKnobs.class);

    private final List<Problem> problems;
    private final KnobReader knobs;
    private final RuleSection ruleSection;
    private final List<Map<String, Setting>> settings = new ArrayList<>();
    private final TreeMap<Integer, Map<String, Setting>> rules = new TreeMap<>();
    private boolean replaced;

    HttpSection(Collection<? extends PolicyKind<?, ?>> kinds, List<Problem> problems) {
        this.problems = problems;
        this.knobs = new KnobReader(COMMON, problems);
        this.ruleSection = new RuleSection(PROPERTY + "." + RULES, kinds, problems);
    }

    /** A property whose first segment is {@code http}. */
    void read(Written written, SourceSettings source) {
        PropertyPath path = written.path();
        if (path.size() == 1) {
            knobs.unlessEmpty(written, "needs settings below it", "Write for example 'http.headers: ietf'");
        } else if (path.segment(1).is(RULES)) {
            rule(written, source);
        } else if (Knobs.find(COMMON, path.segment(1).text()).isEmpty()
                && !path.segment(1).isIndex()) {
            String word = path.segment(1).text();
            problems.add(written.problem("there is no property '" + word + "' here", near(word)));
        } else {
            knobs.read(written, 1, new Section(Roots.HTTP, "", false), source);
        }
    }

    private static String near(String word) {
        List<String> names = new ArrayList<>(List.of(RULES));
        COMMON.forEach(knob -> names.add(knob.name()));
        return NearestName.remedy(Knobs.kebab(word), names);
    }

    private void rule(Written written, SourceSettings source) {
        PropertyPath path = written.path();
        String example = "Write for example '- {path: /api/v1/reports/**, limits: 10/1m}'";
        if (path.size() == 2 && written.text().isBlank()) {
            source.name(new Section(Roots.HTTP, RULES, false));
        } else if (path.size() == 2 || !path.segment(2).isIndex()) {
            problems.add(written.problem("is no list of rules", example));
        } else if (path.size() == 3) {
            problems.add(written.problem("is no rule: a rule has settings by name", example));
        } else {
            ruleSection.read(written, new Section(Roots.HTTP, path.segment(2).text(), false), source);
        }
    }

    /** From here on settings come from a stronger source: its rules, if it has any, replace those before. */
    void nextSource() {
        replaced = false;
    }

    /** Takes what a source says: about all rules, or, named by its index, about one. */
    void layer(String name, Map<String, Setting> said) {
        if (name.isEmpty()) {
            settings.add(said);
            return;
        }
        if (!replaced) {
            rules.clear();
            replaced = true;
        }
        if (!name.equals(RULES)) {
            rules.put(Integer.valueOf(name), said);
        }
    }

    /** What all sources come to. The limiters that rules have of their own are added to the layers. */
    HttpProperties properties(Layers layers) {
        Bound<HttpKnobs> bound = Configurations.bind(HttpKnobs.class, settings);
        bound.problems().forEach(problem -> problems.add(problem.under(PROPERTY)));
        HttpKnobs common =
                bound.configuration() == null ? Configurations.defaults(HttpKnobs.class) : bound.configuration();
        return new HttpProperties(
                common.headers(),
                common.reset(),
                common.trustedProxies(),
                common.cacheStatus(),
                ruleSection.rules(rules, layers));
    }
}
