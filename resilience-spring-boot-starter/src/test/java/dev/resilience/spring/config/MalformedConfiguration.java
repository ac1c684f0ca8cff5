package dev.resilience.spring.config;

import org.jspecify.annotations.Nullable;

/**
 * A configuration that can't be meant.
 *
 * @param situation what is wrong with it, in words
 * @param yaml the snippet
 * @param property the property that has to be named; a name it contains is enough
 * @param value the value that has to be named; null where there is none to name
 */
record MalformedConfiguration(
        String situation,
        String yaml,
        String property,
        @Nullable String value) {

    @Override
    public String toString() {
        return property + ": " + situation + (value == null ? "" : " '" + value + "'");
    }
}
