package dev.resilience.spring.config;

import dev.resilience.configuration.Problem;

/**
 * One property as it was found in a source.
 *
 * @param path its name
 * @param text its value, placeholders resolved
 * @param origin where it was written
 */
record Written(PropertyPath path, String text, String origin) {

    Problem problem(String reason, String remedy) {
        return new Problem(path.written(), text, origin, reason, remedy);
    }
}
