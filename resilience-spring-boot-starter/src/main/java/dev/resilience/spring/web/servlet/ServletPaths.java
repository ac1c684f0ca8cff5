package dev.resilience.spring.web.servlet;

import dev.resilience.spring.web.RequestPaths;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;

/** What the path of a servlet request may mean, below the context path. */
final class ServletPaths {

    private ServletPaths() {}

    static Collection<PathContainer> of(HttpServletRequest request) {
        String info = request.getPathInfo();
        return RequestPaths.of(raw(request), request.getServletPath() + (info == null ? "" : info));
    }

    /** What Spring MVC can't read either is answered with 400; the container's reading remains. */
    private static @Nullable String raw(HttpServletRequest request) {
        try {
            return RequestPath.parse(request.getRequestURI(), request.getContextPath())
                    .pathWithinApplication()
                    .value();
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }
}
