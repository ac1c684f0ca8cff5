package dev.resilience;

/**
 * Which results are meant, of all that are kept under one name. Immutable.
 *
 * <p>Its text tells what a selection goes by and never a key or a prefix, because those may be secrets.
 *
 * @param by what tells the results that are meant from the others
 * @param value the key, the prefix, or the name of the operation; empty for all
 */
public record Selection(By by, Object value) {

    /** What tells the results that are meant from the others. */
    public enum By {
        KEY,
        PREFIX,
        OPERATION,
        ALL
    }

    private static final Selection ALL = new Selection(By.ALL, "");

    /** The results of this key; see {@link KeptResults#invalidate}. */
    public static Selection key(Object key) {
        return new Selection(By.KEY, key);
    }

    /** The results whose explicit key is a text that begins like this; see {@link KeptResults#invalidatePrefix}. */
    public static Selection prefix(String prefix) {
        return new Selection(By.PREFIX, prefix);
    }

    /** The results of this operation; see {@link KeptResults#invalidateOperation}. */
    public static Selection operation(String operation) {
        return new Selection(By.OPERATION, operation);
    }

    /** All results. */
    public static Selection all() {
        return ALL;
    }

    /** Drops them. @return how many there were */
    public long dropFrom(KeptResults results) {
        return switch (by) {
            case KEY -> results.invalidate(value);
            case PREFIX -> results.invalidatePrefix((String) value);
            case OPERATION -> results.invalidateOperation((String) value);
            case ALL -> results.invalidateAll();
        };
    }

    @Override
    public String toString() {
        return switch (by) {
            case KEY -> "one key";
            case PREFIX -> "a prefix";
            case OPERATION -> "operation " + value;
            case ALL -> "everything";
        };
    }
}
