package dev.resilience.spring.web.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriUtils;

/**
 * What the path of a request may mean.
 *
 * <p><b>Why more than one?</b> A rule that reads the path otherwise than whoever serves it is a rule one can walk around.
 * Spring MVC reads the raw path, each segment decoded once and without its parameters. The container, and with it every
 * other servlet and the older matching of Spring, reads it decoded and normalized, so that {@code //a/./b} is
 * {@code /a/b}. And a filter further in may drop a slash at the end. A rule applies if it matches any of these: to limit
 * a request that nobody serves does no harm.
 */
final class RequestPaths {

    private final Map<String, PathContainer> paths = new LinkedHashMap<>();

    private RequestPaths() {}

    /** The paths below the context path. */
    static Collection<PathContainer> of(HttpServletRequest request) {
        RequestPaths paths = new RequestPaths();
        paths.raw(request);
        String info = request.getPathInfo();
        String mapped = request.getServletPath() + (info == null ? "" : info);
        paths.add(UriUtils.encodePath(mapped, StandardCharsets.UTF_8));
        return paths.paths.values();
    }

    private void raw(HttpServletRequest request) {
        try {
            add(RequestPath.parse(request.getRequestURI(), request.getContextPath())
                    .pathWithinApplication()
                    .value());
        } catch (IllegalArgumentException unreadable) {
            // Spring MVC can't read it either and answers 400; the container's reading remains.
        }
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
