package dev.resilience.configuration;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits texts of expressions at commas: one text may hold several of them. Commas in parentheses, brackets, braces and
 * quotes belong to an expression.
 */
public final class CommaList {

    private CommaList() {}

    /** The elements of these texts, without blanks around them; empty ones are left out. */
    public static List<String> of(List<String> texts) {
        List<String> elements = new ArrayList<>();
        texts.forEach(text -> addAll(text, elements));
        return elements.stream()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static void addAll(String text, List<String> elements) {
        int depth = 0;
        boolean quoted = false;
        int start = 0;
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            quoted ^= character == '\'';
            depth += quoted ? 0 : depth(character);
            if (character == ',' && depth == 0 && !quoted) {
                elements.add(text.substring(start, index));
                start = index + 1;
            }
        }
        elements.add(text.substring(start));
    }

    private static int depth(char character) {
        return switch (character) {
            case '(', '[', '{' -> 1;
            case ')', ']', '}' -> -1;
            default -> 0;
        };
    }
}
