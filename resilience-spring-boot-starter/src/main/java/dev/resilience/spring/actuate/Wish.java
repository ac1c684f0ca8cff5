package dev.resilience.spring.actuate;

import dev.resilience.Selection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * What somebody wants deleted at a path, beside what the path says.
 *
 * @param key a key, if it isn't in the path
 * @param prefix only what is kept for keys that begin with this
 * @param operation only what was kept for this operation
 * @param who who wants it, if anybody knows
 */
record Wish(
        @Nullable String key,
        @Nullable String prefix,
        @Nullable String operation,
        @Nullable String who) {

    /** Which results are meant, of a cache as a whole. @throws InvalidEndpointRequestException if that can't be told */
    Selection selection() {
        if (prefix != null && operation != null) {
            throw refused("'prefix' and 'operation' don't go together. Ask for one, then for the other.");
        }
        if (prefix != null) {
            return Selection.prefix(filled("prefix", prefix));
        }
        return operation == null ? Selection.all() : Selection.operation(filled("operation", operation));
    }

    /** Who has it dropped, for listeners, who hear of what code drops as well. */
    String by() {
        return who == null ? "somebody at the endpoint" : who;
    }

    /** A key is dropped as a whole. @throws InvalidEndpointRequestException if something is said that narrows it */
    void refuseSelectors() {
        Stream.of("prefix", "operation").filter(this::says).findFirst().ifPresent(selector -> {
            throw refused("'" + selector + "' doesn't go with a key. Leave one of them out.");
        });
    }

    private boolean says(String selector) {
        return (selector.equals("prefix") ? prefix : operation) != null;
    }

    /** What was left empty by mistake must not drop everything. */
    private static String filled(String selector, String text) {
        if (text.isBlank()) {
            throw refused("'" + selector + "' is empty. Leave it out to drop everything.");
        }
        return text;
    }

    static InvalidEndpointRequestException refused(String why) {
        return new InvalidEndpointRequestException(why, why);
    }
}
