package dev.resilience.spring.guard;

import dev.resilience.Placement.Expression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a header, which may be a secret: nothing but its digest is a key. Who asks for a key may write the digest as it is
 * shown, or the secret; the secret itself is no key, and so is never shown.
 */
record HeaderExpression(String name, Requests source) implements Expression {

    @Override
    public @Nullable Object evaluate(Object[] arguments, @Nullable Object context) {
        String value = source.header(name, context);
        return value == null || value.isBlank() ? null : KeyDigest.of(value);
    }

    @Override
    public List<Object> meantBy(String text) {
        Object digest = KeyDigest.of(text);
        return KeyDigest.shownAs(text)
                .map(shown -> List.<Object>of(shown, digest))
                .orElse(List.of(digest));
    }
}
