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

/** Reads {@code http-clients}: what clients do with deadlines. */
final class HttpClientSection {

    private static final String PROPERTY = PropertyName.ROOT + "." + Roots.HTTP_CLIENTS;
    private static final List<Knobs.Described> KNOWN = Knobs.of(HttpClientKnobs.class);

    private final List<Problem> problems;
    private final KnobReader knobs;
    private final List<Map<String, Setting>> settings = new ArrayList<>();

    HttpClientSection(List<Problem> problems) {
        this.problems = problems;
        this.knobs = new KnobReader(KNOWN, problems);
    }

    /** A property whose first segment is {@code http-clients}. */
    void read(Written written, SourceSettings source) {
        PropertyPath path = written.path();
        if (path.size() == 1) {
            knobs.unlessEmpty(written, "needs settings below it", "Write for example 'http-clients.deadlines: false'");
        } else if (Knobs.find(KNOWN, path.segment(1).text()).isEmpty()
                && !path.segment(1).isIndex()) {
            String word = path.segment(1).text();
            problems.add(written.problem("there is no property '" + word + "' here", near(word)));
        } else {
            knobs.read(written, 1, new Section(Roots.HTTP_CLIENTS, "", false), source);
        }
    }

    private static String near(String word) {
        List<String> names = KNOWN.stream().map(Knobs.Described::name).toList();
        return NearestName.of(Knobs.kebab(word), names)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("Known are " + String.join(", ", names));
    }

    /** Takes what a source says. */
    void layer(Map<String, Setting> said) {
        settings.add(said);
    }

    /** What all sources come to. */
    HttpClientKnobs properties() {
        Bound<HttpClientKnobs> bound = Configurations.bind(HttpClientKnobs.class, settings);
        bound.problems().forEach(problem -> problems.add(problem.under(PROPERTY)));
        return bound.configuration() == null ? Configurations.defaults(HttpClientKnobs.class) : bound.configuration();
    }
}
