package dev.resilience.spring.config;

import dev.resilience.PolicyKind;
import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.NearestName;
import dev.resilience.spring.config.PropertyPath.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Understands environment variables, in which an underscore may stand for a dot, for a dash, or for nothing:
 * {@code RESILIENCE_RATE_LIMITERS_AGENTS_MAX_WAIT} as well as {@code RESILIENCE_RATELIMITERS_AGENTS_MAXWAIT}.
 *
 * <p>The words of kinds and knobs are known, so they are looked for; what is between them is the name. A variable whose
 * first words resemble none of ours belongs to somebody else: a container platform sets {@code RESILIENCE_SERVICE_HOST}
 * for a service that is called resilience.
 */
final class EnvironmentVariables {

    private final List<PolicyKind<?, ?>> kinds;

    EnvironmentVariables(List<PolicyKind<?, ?>> kinds) {
        this.kinds = kinds;
    }

    /** The path that the variable means; empty if it isn't ours. */
    Optional<PropertyPath> path(String variable) {
        String[] words = variable.toLowerCase(Locale.ROOT).split("_+");
        if (words.length < 2 || !words[0].equals("resilience")) {
            return Optional.empty();
        }
        return segments(List.of(words).subList(1, words.length))
                .map(segments -> new PropertyPath(variable, segments, true));
    }

    private Optional<List<Segment>> segments(List<String> words) {
        List<String> ids = kinds.stream().map(PolicyKind::id).toList();
        List<String> roots = Stream.concat(ids.stream(), Roots.ALL.stream()).toList();
        int length = longest(words, roots);
        if (length == 0) {
            return resembles(words, roots) ? Optional.of(plain(words)) : Optional.empty();
        }
        Segment root = new Segment(join(words, length), false);
        List<String> below = rest(words, length);
        if (root.is(Roots.DEFAULTS)) {
            return Optional.of(prefixed(root, defaults(below, ids)));
        }
        if (root.is(Roots.HTTP)) {
            return Optional.of(prefixed(root, http(below)));
        }
        if (root.is(Roots.HTTP_CLIENTS)) {
            return Optional.of(prefixed(root, knobOrPlain(Knobs.of(HttpClientKnobs.class), below)));
        }
        if (root.is(Roots.RETRY_LOG)) {
            return Optional.of(prefixed(root, knobOrPlain(Knobs.of(RetryLogKnobs.class), below)));
        }
        return Optional.of(
                prefixed(root, kind(root).map(kind -> policy(kind, below)).orElseGet(() -> other(below, ids))));
    }

    private static boolean resembles(List<String> words, List<String> roots) {
        return words.size() > 1
                && Stream.of(1, 2, 3).filter(length -> length <= words.size()).anyMatch(length -> NearestName.of(
                                String.join("-", words.subList(0, length)), roots)
                        .filter(near -> near.length() > 4)
                        .isPresent());
    }

    private Optional<PolicyKind<?, ?>> kind(Segment id) {
        return kinds.stream().filter(kind -> id.is(kind.id())).findFirst();
    }

    private List<Segment> defaults(List<String> words, List<String> ids) {
        int length = longest(words, ids);
        if (length == 0) {
            return plain(words);
        }
        Segment id = new Segment(join(words, length), false);
        List<String> below = rest(words, length);
        return prefixed(id, knobOrPlain(Knobs.of(kind(id).orElseThrow()), below));
    }

    private List<Segment> http(List<String> words) {
        boolean ofRule =
                words.size() > 2 && words.get(0).equals(HttpSection.RULES) && new Segment(words.get(1), true).isIndex();
        if (!ofRule) {
            return knobOrPlain(Knobs.of(HttpKnobs.class), words);
        }
        List<String> below = rest(words, 2);
        List<Segment> knob = knobOrPlain(RuleSection.knobs(kinds), below);
        return prefixed(new Segment(words.get(0), false), prefixed(new Segment(words.get(1), true), knob));
    }

    private static List<Segment> policy(PolicyKind<?, ?> kind, List<String> words) {
        for (int length = 1; length < words.size(); length++) {
            Optional<List<Segment>> knob = knob(Knobs.of(kind), rest(words, length));
            if (knob.isPresent()) {
                return prefixed(new Segment(String.join("-", words.subList(0, length)), false), knob.get());
            }
        }
        return plain(words);
    }

    private static List<Segment> knobOrPlain(List<Knobs.Described> knobs, List<String> words) {
        return knob(knobs, words).orElseGet(() -> plain(words));
    }

    /** The words as a knob, with the entry of a map or the index of a list below it. */
    private static Optional<List<Segment>> knob(List<Knobs.Described> knobs, List<String> words) {
        int length = longest(words, knobs.stream().map(Knobs.Described::name).toList());
        if (length == 0) {
            return Optional.empty();
        }
        Segment name = new Segment(join(words, length), false);
        List<String> below = rest(words, length);
        boolean isMap = Knobs.find(knobs, name.text()).orElseThrow().isMap();
        if (below.isEmpty()) {
            return Optional.of(List.of(name));
        }
        Segment entry = new Segment(String.join("_", below), true);
        return isMap || entry.isIndex() ? Optional.of(List.of(name, entry)) : Optional.empty();
    }

    private static List<Segment> other(List<String> words, List<String> ids) {
        List<String> known = Stream.concat(ids.stream(), Stream.of(Roots.ORDER)).toList();
        for (int length = 1; length < words.size(); length++) {
            List<String> below = rest(words, length);
            int found = longest(below, known);
            if (found > 0) {
                List<Segment> segments = new ArrayList<>();
                segments.add(new Segment(String.join("-", words.subList(0, length)), false));
                segments.add(new Segment(join(below, found), false));
                rest(below, found).forEach(word -> segments.add(new Segment(word, true)));
                return segments;
            }
        }
        return plain(words);
    }

    private static int longest(List<String> words, Collection<String> known) {
        for (int length = words.size(); length > 0; length--) {
            String joined = Knobs.uniform(join(words, length));
            if (known.stream().map(Knobs::uniform).anyMatch(joined::equals)) {
                return length;
            }
        }
        return 0;
    }

    private static String join(List<String> words, int length) {
        return String.join("", words.subList(0, length));
    }

    private static List<String> rest(List<String> words, int from) {
        return words.subList(from, words.size());
    }

    private static List<Segment> plain(List<String> words) {
        return words.stream().map(word -> new Segment(word, false)).toList();
    }

    private static List<Segment> prefixed(Segment first, List<Segment> others) {
        List<Segment> all = new ArrayList<>();
        all.add(first);
        all.addAll(others);
        return all;
    }
}
