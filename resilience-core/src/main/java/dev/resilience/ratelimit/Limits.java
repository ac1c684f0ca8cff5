package dev.resilience.ratelimit;

import dev.resilience.configuration.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Limits that hold together, written {@code 60/1m, 1000/1h, 10000/1d}.
 *
 * @param all at least one, each window once, shortest first, whatever the order they were given in
 */
public record Limits(List<Limit> all) {

    /** @throws IllegalArgumentException if these can't be meant together, with a reason completing "the value …" */
    public Limits {
        all = all.stream().sorted(Comparator.comparing(Limit::window)).toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException("is empty; at least one limit is needed, such as 60/1m");
        }
        for (int longer = 1; longer < all.size(); longer++) {
            compatible(all.get(longer - 1), all.get(longer));
        }
    }

    /**
     * Reads limits separated by commas.
     *
     * @throws IllegalArgumentException with a reason completing "the value …"
     */
    public static Limits parse(String text) {
        List<Limit> limits = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank() && !text.isBlank()) {
                throw new IllegalArgumentException("has nothing between two commas");
            }
            if (!part.isBlank()) {
                limits.add(Limit.parse(part));
            }
        }
        return new Limits(limits);
    }

    /** These limits with the stronger ones on top: a window of equal length is replaced, the others stay. */
    Limits overlaidWith(Limits stronger) {
        List<Limit> overlaid = new ArrayList<>(stronger.all);
        for (Limit limit : all) {
            if (stronger.all.stream().noneMatch(other -> other.window().equals(limit.window()))) {
                overlaid.add(limit);
            }
        }
        return new Limits(overlaid);
    }

    /** The limit of this window, if there is one. */
    Optional<Limit> of(Duration window) {
        return all.stream().filter(limit -> limit.window().equals(window)).findFirst();
    }

    private static void compatible(Limit shorter, Limit longer) {
        if (shorter.window().equals(longer.window())) {
            throw new IllegalArgumentException("has two limits for " + Durations.plain(longer.window()));
        }
        if (longer.permits() < shorter.permits()) {
            throw new IllegalArgumentException("allows fewer permits in the longer window (" + longer
                    + ") than in the shorter one (" + shorter + "), which is useless: it can never be reached");
        }
    }

    @Override
    public String toString() {
        return all.stream().map(Limit::toString).collect(Collectors.joining(", "));
    }
}
