package dev.resilience.spring.web.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers refusals that nobody further in has answered, such as those of functional endpoints and other filters. */
public final class RefusalFilter implements Filter {

    private final RefusalWriter writer;

    public RefusalFilter(RefusalWriter writer) {
        this.writer = writer;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException failure) {
            if (!writer.answers(failure, (HttpServletRequest) request, (HttpServletResponse) response)) {
                throw failure;
            }
        }
    }
}
