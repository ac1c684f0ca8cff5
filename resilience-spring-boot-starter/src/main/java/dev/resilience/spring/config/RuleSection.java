package dev.resilience.spring.config;

import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyKind;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Configurations.Bound;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.Layers;
import dev.resilience.configuration.NearestName;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.Setting;
import dev.resilience.ratelimit.RateLimiterKind;
import dev.resilience.spring.config.SourceSettings.Section;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Reads the rules for requests: each has settings of its own and, beside them, those of a rate limiter. */
final class RuleSection {

    private static final List<Knobs.Described> OWN = Knobs.of(RuleKnobs.class);

    private final String property;
    private final List<PolicyKind<?, ?>> limiters;
    private final List<Knobs.Described> all;
    private final List<Problem> problems;
    private final KnobReader knobs;

    RuleSection(String property, Collection<? extends PolicyKind<?, ?>> kinds, List<Problem> problems) {
        this.property = property;
        this.limiters = limiters(kinds);
        this.all = knobs(kinds);
        this.problems = problems;
        this.knobs = new KnobReader(all, problems);
    }

    /** Everything that can be written about a rule where there are these kinds. */
    static List<Knobs.Described> knobs(Collection<? extends PolicyKind<?, ?>> kinds) {
        List<Knobs.Described> knobs = new ArrayList<>(OWN);
        limiters(kinds).forEach(kind -> knobs.addAll(Knobs.of(kind)));
        return List.copyOf(knobs);
    }

    private static List<PolicyKind<?, ?>> limiters(Collection<? extends PolicyKind<?, ?>> kinds) {
        List<PolicyKind<?, ?>> limiters = new ArrayList<>(kinds);
        limiters.removeIf(kind -> !(kind instanceof RateLimiterKind));
        return limiters;
    }

    /** A property whose first three segments are {@code http}, {@code rules} and the index of a rule. */
    void read(Written written, Section rule, SourceSettings source) {
        String word = written.path().segment(3).text();
        if (Knobs.find(all, word).isPresent()) {
            knobs.read(written, 3, rule, source);
        } else {
            problems.add(written.problem("there is no property '" + word + "' here", near(word)));
        }
    }

    private String near(String word) {
        List<String> names = all.stream().map(Knobs.Described::name).toList();
        return NearestName.remedy(Knobs.kebab(word), names);
    }

    /** The rules that these settings make. Each limiter that is a rule's own is added to the layers. */
    List<HttpRule> rules(SortedMap<Integer, Map<String, Setting>> written, Layers layers) {
        Catalog configured = new Catalog(limiters, layers);
        Set<String> taken = new HashSet<>();
        limiters.forEach(kind -> taken.addAll(configured.names(kind.id())));
        List<HttpRule> rules = new ArrayList<>();
        written.forEach((index, settings) -> rule(property + "[" + index + "]", settings, layers)
                .filter(rule -> isNew(rule, rules, taken))
                .ifPresent(rules::add));
        rules.stream()
                .filter(HttpRule::ownsRateLimiter)
                .forEach(rule -> add(rule.name(), rule.property(), rule.settings(), layers));
        return rules;
    }

    private void add(String name, String full, Map<String, Setting> settings, Layers layers) {
        limiters.forEach(kind -> layers.policy(kind.id(), name, settings).writtenAt(kind.id(), name, full));
    }

    private Optional<HttpRule> rule(String full, Map<String, Setting> settings, Layers layers) {
        Map<String, Setting> own = new LinkedHashMap<>(settings);
        own.keySet().removeIf(address -> Knobs.find(OWN, head(address)).isEmpty());
        Map<String, Setting> others = new LinkedHashMap<>(settings);
        others.keySet().removeAll(own.keySet());
        Bound<RuleKnobs> bound = Configurations.bind(RuleKnobs.class, List.of(own));
        bound.problems().forEach(problem -> problems.add(problem.under(full)));
        RuleKnobs knobs = bound.configuration();
        if (knobs == null) {
            // Under a name that nobody else has, so that what is wrong with the limiter is told at the same time.
            add(full, full, others, layers);
            return Optional.empty();
        }
        if (knobs.rateLimiter() != null) {
            others.forEach((address, setting) -> checkPlaced(full, address, setting, knobs.rateLimiter()));
        }
        String origin = settings.values().iterator().next().origin();
        return Optional.of(new HttpRule(full, origin, knobs.nameOrDefault(), knobs, others));
    }

    private static String head(String address) {
        int dot = address.indexOf('.');
        return dot < 0 ? address : address.substring(0, dot);
    }

    /** Of a limiter that others share, a rule says only where it stands. */
    private void checkPlaced(String full, String address, Setting setting, String limiter) {
        boolean placed = limiters.stream()
                .flatMap(kind -> kind.placementAttributes().stream())
                .map(PlacementAttribute::name)
                .anyMatch(name -> Knobs.uniform(name).equals(Knobs.uniform(address)));
        if (!placed) {
            problems.add(new Problem(
                    full + "." + address,
                    setting.text(),
                    setting.origin(),
                    "belongs to the rate limiter '" + limiter + "', which the rule only names",
                    "Write it below 'resilience.rate-limiters." + limiter + "', or remove 'rate-limiter'"));
        }
    }

    private boolean isNew(HttpRule rule, List<HttpRule> rules, Set<String> limiters) {
        if (rules.stream().anyMatch(other -> other.name().equals(rule.name()))) {
            misnamed(rule, "is the name of another rule", "Give one of them another name, for example 'name: login'");
            return false;
        }
        if (rule.ownsRateLimiter() && limiters.contains(rule.name())) {
            misnamed(
                    rule,
                    "is the name of a rate limiter already",
                    "Write 'rate-limiter: " + rule.name() + "' if the rule is to use it, or give another name");
            return false;
        }
        return true;
    }

    private void misnamed(HttpRule rule, String reason, String remedy) {
        problems.add(new Problem(rule.property() + ".name", rule.name(), rule.origin(), reason, remedy));
    }
}
