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

    /** That a name in the path has characters it can't have without brackets; with them the property is called so. */
    Problem mangled(String name, String full) {
        return problem(
                "the name '" + name + "' doesn't survive without brackets: it would lose characters or be split",
                "Write \"[" + name + "]\", in YAML with the quotes, so that it becomes " + full);
    }
}
