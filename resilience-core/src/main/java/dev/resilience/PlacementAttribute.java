package dev.resilience;

/**
 * Something that belongs to the placement of a policy on a method, not to the policy: it may differ from method to
 * method, though the policy is one.
 *
 * @param name as in YAML, such as {@code key}
 * @param type how its text is understood
 */
public record PlacementAttribute(String name, Type type) {

    /**
     * Whether repeating the method does no harm, for every kind that repeats; see {@link Placement#mayBeRepeated}. Where nobody
     * says it, what the method says by itself counts, such as the verb it is mapped to.
     */
    public static final PlacementAttribute IDEMPOTENT = new PlacementAttribute("idempotent", Type.FLAG);

    /** How the text of a placement attribute is understood at start-up. */
    public enum Type {
        /** A key expression, evaluated once per entry. {@code key}, {@code cost}, {@code tier}, {@code priority} have a meaning for every kind. */
        EXPRESSION,
        /** Names a method, {@code method} or {@code bean::method}; resolved to a {@link Target}. A list of names becomes a list of targets. */
        METHOD,
        /** A text converted to the return type of the guarded method; resolved to a {@link Target} that gives it. */
        VALUE,
        /**
         * How old a value of an earlier call may be; resolved to the {@link Recollection} of a policy on the same method that
         * remembers values. The placement gets the key of that policy, so it has none of its own; who will recall asks for it
         * on the way in, because on the way out the caller's thread may be far.
         */
        EARLIER,
        /** A text that is taken as it is. */
        TEXT,
        /** True or false. */
        FLAG
    }
}
