package dev.resilience;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a policy keeps for one key at one moment, and what holds for that key.
 *
 * @param key the key as it may be shown: a secret is a digest, a long one is cut
 * @param standing whose state it is
 * @param details by name in kebab case, in the order to show them: numbers, texts, instants, and lists and maps of such
 */
public record KeyView(String key, KeyStanding standing, Map<String, @Nullable Object> details) {}
