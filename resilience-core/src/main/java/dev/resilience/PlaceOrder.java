package dev.resilience;

import dev.resilience.execution.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where a place goes that the order doesn't name: just outside the first named one that is further in by default. */
final class PlaceOrder {

    private PlaceOrder() {}

    /** A stage, and where it stands by default. */
    record Candidate(int defaultPlace, Stage stage) {}

    /** The candidates, outermost first. @throws IllegalArgumentException if the order names a place twice */
    static List<Candidate> sort(List<Candidate> candidates, List<String> order) {
        if (order.stream().distinct().count() != order.size()) {
            throw new IllegalArgumentException("the order " + order + " names a place twice");
        }
        List<Candidate> byDefault = new ArrayList<>(candidates);
        List<String> places =
                candidates.stream().map(candidate -> candidate.stage.place()).toList();
        byDefault.sort(Comparator.comparingInt(Candidate::defaultPlace)
                .thenComparingInt(candidate -> places.indexOf(candidate.stage.place())));
        List<Candidate> sorted = new ArrayList<>(byDefault.stream()
                .filter(candidate -> order.contains(candidate.stage.place()))
                .sorted(Comparator.comparingInt(candidate -> order.indexOf(candidate.stage.place())))
                .toList());
        for (Candidate candidate : byDefault) {
            if (!order.contains(candidate.stage.place())) {
                sorted.add(indexOf(sorted, candidate), candidate);
            }
        }
        return sorted;
    }

    private static int indexOf(List<Candidate> sorted, Candidate candidate) {
        for (int index = 0; index < sorted.size(); index++) {
            if (sorted.get(index).defaultPlace > candidate.defaultPlace) {
                return index;
            }
        }
        return sorted.size();
    }
}
