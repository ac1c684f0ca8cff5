package dev.resilience.configuration;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what was probably meant by a mistyped name: the nearest by edit distance, if it is near at all. */
public final class NearestName {

    private static final int SHORT = 4;

    private NearestName() {}

    /**
     * The nearest of the known names, if a third of the letters or fewer would have to change. In a short name two are half of
     * it, so there they must have changed places.
     */
    public static Optional<String> of(String mistyped, Collection<String> known) {
        return known.stream()
                .filter(name -> isNear(mistyped, name))
                .min(Comparator.comparingInt((String name) -> distance(mistyped, name))
                        .thenComparing(name -> name));
    }

    /** The nearest of the known names, if it is near and no more than so many letters would have to change. */
    public static Optional<String> of(String mistyped, Collection<String> known, int most) {
        return of(mistyped, known).filter(near -> distance(mistyped, near) <= most);
    }

    /** What to say of a name that isn't among the known ones: the one that was probably meant, or all there are. */
    public static String remedy(String mistyped, Collection<String> known) {
        return of(mistyped, known)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("Known are " + String.join(", ", known));
    }

    /** A question to ask after a mistyped name, and a blank: {@code "Did you mean 'quotes'? "}; nothing if no name is near. */
    public static String question(String mistyped, Collection<String> known) {
        return question(mistyped, known, "");
    }

    /** The same for names that are written with something before them: {@code "Did you mean '#id'? "}. */
    public static String question(String mistyped, Collection<String> known, String prefix) {
        return of(mistyped, known)
                .map(near -> "Did you mean '" + prefix + near + "'? ")
                .orElse("");
    }

    /** That there is nothing of this name, and the one that was probably meant, or all there are. */
    public static String absence(String what, String name, Collection<String> known) {
        return "there is no " + what + " '" + name + "'"
                + of(name, known).map(near -> "; did you mean '" + near + "'?").orElse("; known are " + known);
    }

    private static boolean isNear(String mistyped, String name) {
        int distance = distance(mistyped, name);
        int length = Math.max(mistyped.length(), name.length());
        return length <= SHORT && !isOfSameLetters(mistyped, name)
                ? distance <= 1 && distance < length
                : distance <= Math.max(2, length / 3) && distance < length;
    }

    private static boolean isOfSameLetters(String left, String right) {
        return Arrays.equals(
                left.chars().sorted().toArray(), right.chars().sorted().toArray());
    }

    /** Levenshtein's distance, in one row, with case folded and a swap of neighbours counted as two. */
    private static int distance(String left, String right) {
        String from = left.toLowerCase(Locale.ROOT);
        String to = right.toLowerCase(Locale.ROOT);
        int[] row = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column - 1], row[column]) + 1);
            }
        }
        return row[to.length()];
    }
}
