package dev.resilience.spring.actuate;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of Spring's cache managers as the endpoint shows it.
 *
 * @param type its class
 * @param caches those it names, by name
 * @param error what it threw when it was asked for them; null if it threw nothing
 */
public record ManagerDescription(
        String type,
        Map<String, SpringCacheDescription> caches,
        @Nullable String error) {}
