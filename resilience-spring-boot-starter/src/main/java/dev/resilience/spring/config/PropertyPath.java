package dev.resilience.spring.config;

import dev.resilience.configuration.Knobs;
import dev.resilience.configuration.PropertyName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The name of a property below {@code resilience.}, taken apart as it is written.
 *
 * <p>Spring's own parser drops the characters it can't spell, and a dot always separates: {@code user@example.com}
 * arrives as {@code userexample} and {@code com}. This one keeps them, so that they can be complained about.
 *
 * @param written the whole name as written
 * @param segments what is below the root
 * @param byLetters whether only letters and digits of the names are known, as in an environment variable
 */
record PropertyPath(String written, List<Segment> segments, boolean byLetters) {

    /** One step of the path; what is in brackets is taken literally. */
    record Segment(String text, boolean bracketed) {

        boolean isIndex() {
            return bracketed && text.matches("\\d{1,9}");
        }

        boolean is(String name) {
            return Knobs.uniform(text).equals(Knobs.uniform(name));
        }

        boolean survivesBinding() {
            return bracketed || PropertyName.isPlain(text);
        }

        @Override
        public String toString() {
            return bracketed ? "[" + text + "]" : text;
        }
    }

    /** The path of this name; empty if it isn't ours. */
    static Optional<PropertyPath> of(String written) {
        if (!written.regionMatches(true, 0, PropertyName.ROOT, 0, PropertyName.ROOT.length())) {
            return Optional.empty();
        }
        List<Segment> segments = split(written);
        boolean ours = segments.size() > 1 && segments.get(0).text().equalsIgnoreCase(PropertyName.ROOT);
        return ours
                ? Optional.of(new PropertyPath(written, segments.subList(1, segments.size()), false))
                : Optional.empty();
    }

    private static List<Segment> split(String written) {
        List<Segment> segments = new ArrayList<>();
        int start = 0;
        while (start < written.length()) {
            int closing = closing(written, start);
            boolean bracketed = closing > 0;
            int end = bracketed ? closing : end(written, start);
            segments.add(new Segment(written.substring(bracketed ? start + 1 : start, end), bracketed));
            start = bracketed ? end + 1 : end;
            start = start < written.length() && written.charAt(start) == '.' ? start + 1 : start;
        }
        return segments;
    }

    /** Where the bracket that opens here is closed, brackets inside counted; -1 if none opens, or it stays open. */
    private static int closing(String written, int start) {
        int depth = 0;
        for (int index = start; index < written.length(); index++) {
            char letter = written.charAt(index);
            depth += letter == '[' ? 1 : letter == ']' ? -1 : 0;
            if (depth == 0) {
                return index > start ? index : -1;
            }
        }
        return -1;
    }

    private static int end(String written, int start) {
        int end = start + 1;
        while (end < written.length() && written.charAt(end) != '.' && written.charAt(end) != '[') {
            end++;
        }
        return end;
    }

    /** The same path with another word for one of its steps. */
    PropertyPath with(int index, String word) {
        List<Segment> changed = new ArrayList<>(segments);
        changed.set(index, new Segment(word, false));
        return new PropertyPath(written, List.copyOf(changed), byLetters);
    }

    Segment segment(int index) {
        return segments.get(index);
    }

    int size() {
        return segments.size();
    }

    /** The texts of the steps from one to another, joined by the dots they were written with. */
    String text(int from, int to) {
        return segments.subList(from, to).stream().map(Segment::text).collect(Collectors.joining("."));
    }

    /** Whether the steps from one to another would reach a bean as one name. */
    boolean isOneName(int from, int to) {
        return to - from == 1 && segments.get(from).survivesBinding();
    }
}
