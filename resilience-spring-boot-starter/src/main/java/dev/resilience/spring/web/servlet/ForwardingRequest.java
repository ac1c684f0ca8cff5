package dev.resilience.spring.web.servlet;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A request that tells before it is forwarded, as it is to a JSP: the server takes the response for finished when the forward
 * returns, and whatever was held back would be lost.
 */
final class ForwardingRequest extends HttpServletRequestWrapper {

    private final Runnable before;

    /** @param before is run before every forward */
    ForwardingRequest(HttpServletRequest request, Runnable before) {
        super(request);
        this.before = before;
    }

    @Override
    public @Nullable RequestDispatcher getRequestDispatcher(String path) {
        RequestDispatcher dispatcher = super.getRequestDispatcher(path);
        return dispatcher == null ? null : new Telling(dispatcher, before);
    }

    private record Telling(RequestDispatcher dispatcher, Runnable before) implements RequestDispatcher {

        @Override
        public void forward(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            before.run();
            dispatcher.forward(request, response);
        }

        @Override
        public void include(ServletRequest request, ServletResponse response) throws ServletException, IOException {
            dispatcher.include(request, response);
        }
    }
}
