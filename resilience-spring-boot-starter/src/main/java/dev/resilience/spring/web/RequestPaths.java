package dev.resilience.spring.web;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriUtils;

/**
 * What the path of a request may mean.
 *
 * <p><b>Why more than one?</b> A rule that reads the path otherwise than whoever serves it is a rule one can walk around.
 * Handlers of Spring read the raw path, each segment decoded once and without its parameters. A servlet container, and
 * whatever serves files, reads it decoded and normalized, so that {@code //a/./b} is {@code /a/b}. And a filter further in
 * may drop a slash at the end. A rule applies if it matches any of these: to limit a request that nobody serves does no
 * harm.
 */
public final class RequestPaths {

    private final Map<String, PathContainer> paths = new LinkedHashMap<>();

    private RequestPaths() {}

    /** What the path means to handlers, and to those who serve files, of a server that passes it on as it came. */
    public static Collection<PathContainer> of(PathContainer raw) {
        return of(raw.value(), normalized(raw));
    }

    /**
     * What the path means.
     *
     * @param raw as it came, below the context path; null if nobody can read it
     * @param normalized as the container reads it, decoded
     */
    public static Collection<PathContainer> of(@Nullable String raw, String normalized) {
        RequestPaths paths = new RequestPaths();
        if (raw != null) {
            paths.add(raw);
        }
        paths.add(UriUtils.encodePath(normalized, StandardCharsets.UTF_8));
        return paths.paths.values();
    }

    private static String normalized(PathContainer raw) {
        String decoded = raw.elements().stream()
                .map(element -> element instanceof PathSegment segment ? segment.valueToMatch() : element.value())
                .collect(Collectors.joining())
                .replace('\\', '/');
        while (decoded.contains("//")) {
            decoded = decoded.replace("//", "/");
        }
        return StringUtils.cleanPath(decoded);
    }

    /** A caller may end a path in thousands of slashes, so they aren't dropped one by one. */
    private void add(String path) {
        parse(path);
        if (path.length() > 1 && path.endsWith("/")) {
            parse(path.substring(0, path.length() - 1));
            parse("/" + StringUtils.trimTrailingCharacter(path.substring(1), '/'));
        }
    }

    private void parse(String path) {
        if (!path.isEmpty()) {
            paths.computeIfAbsent(path, PathContainer::parsePath);
        }
    }
}
