package dev.resilience.configuration;

/** Numbers of things in sentences. */
public final class Plural {

    private Plural() {}

    /** So many of them: {@code 1 call}, {@code 3 calls}. */
    public static String of(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
