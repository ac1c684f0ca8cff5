package dev.resilience.spring.guard;

import dev.resilience.configuration.Problem;
import java.util.Optional;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/** Tells whether a text is a path pattern. Loaded only in applications that serve requests. */
final class PathSyntax {

    private PathSyntax() {}

    static Optional<Problem> flaw(String path) {
        try {
            PathPatternParser.defaultInstance.parse(path);
            return Optional.empty();
        } catch (PatternParseException malformed) {
            return Optional.of(new Problem(
                    "path",
                    path,
                    null,
                    "is no path pattern: " + malformed.getMessage(),
                    "Write for example 'path: /api/v1/reports/**'"));
        }
    }
}
