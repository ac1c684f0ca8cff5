package dev.resilience.spring.config;

import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Configurations.Bound;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.PropertyName;
import dev.resilience.configuration.Setting;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a root that is one record, such as {@code http-clients}.
 *
 * @param <C> the record
 */
final class KnobSection<C extends Record> {

    private final String root;
    private final Class<C> type;
    private final List<Knobs.Described> known;
    private final List<Problem> problems;
    private final KnobReader knobs;
    private final List<Map<String, Setting>> settings = new ArrayList<>();

    KnobSection(String root, Class<C> type, List<Problem> problems) {
        this.root = root;
        this.type = type;
        this.known = Knobs.of(type);
        this.problems = problems;
        this.knobs = new KnobReader(known, problems);
    }

    /** A property whose first segment is this root. */
    void read(Written written, SourceSettings source) {
        PropertyPath path = written.path();
        if (path.size() == 1) {
            knobs.unlessEmpty(written, "needs settings below it", "Write for example '" + root + "." + example() + "'");
        } else if (Knobs.find(known, path.segment(1).text()).isEmpty()
                && !path.segment(1).isIndex()) {
            String word = path.segment(1).text();
            problems.add(written.problem("there is no property '" + word + "' here", near(word)));
        } else {
            knobs.read(written, 1, new Section(root, "", false), source);
        }
    }

    private String example() {
        return known.get(0).exampleLine(known.get(0).name());
    }

    private String near(String word) {
        List<String> names = known.stream().map(Knobs.Described::name).toList();
        return NearestName.remedy(Knobs.kebab(word), names);
    }

    /** Takes what a source says. */
    void layer(Map<String, Setting> said) {
        settings.add(said);
    }

    /** Where this knob was written, by the strongest of the sources that do; null where none does. */
    @Nullable String origin(String knob) {
        Setting said = Configurations.bind(type, settings).settings().get(knob);
        return said == null ? null : said.origin();
    }

    /** What all sources come to. */
    C properties() {
        Bound<C> bound = Configurations.bind(type, settings);
        bound.problems().forEach(problem -> problems.add(problem.under(PropertyName.ROOT + "." + root)));
        return bound.configuration() == null ? Configurations.defaults(type) : bound.configuration();
    }
}
