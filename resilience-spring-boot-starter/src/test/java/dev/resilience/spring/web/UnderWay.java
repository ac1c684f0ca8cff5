package dev.resilience.spring.web;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.WebFilter;

/**
 * Which requests the server isn't done with. A client has its answer a moment earlier than the server has seen the end of
 * the request, and only then are permits given back; a story told request by request waits for that.
 */
final class UnderWay {

    static final String ID = "Served-Id";

    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    void await(String id) {
        while (ids.contains(id)) {
            Thread.onSpinWait();
        }
    }

    private void over(String id) {
        ids.remove(id);
    }

    @Configuration
    @ConditionalOnWebApplication(type = Type.SERVLET)
    static class InServlets {

        @Bean
        FilterRegistrationBean<OutermostFilter> outermostFilter(UnderWay underWay) {
            FilterRegistrationBean<OutermostFilter> filter =
                    new FilterRegistrationBean<>(new OutermostFilter(underWay));
            filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
            filter.setDispatcherTypes(DispatcherType.REQUEST);
            filter.setAsyncSupported(true);
            return filter;
        }
    }

    @Configuration
    @ConditionalOnWebApplication(type = Type.REACTIVE)
    static class InWebFlux {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        WebFilter outermostFilter(UnderWay underWay) {
            return (exchange, chain) -> {
                String id = exchange.getRequest().getHeaders().getFirst(ID);
                if (id == null) {
                    return chain.filter(exchange);
                }
                underWay.ids.add(id);
                return chain.filter(exchange).doFinally(end -> underWay.over(id));
            };
        }
    }

    private static final class OutermostFilter extends OncePerRequestFilter {
        private final UnderWay underWay;

        private OutermostFilter(UnderWay underWay) {
            this.underWay = underWay;
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            String id = request.getHeader(ID);
            if (id == null) {
                chain.doFilter(request, response);
                return;
            }
            underWay.ids.add(id);
            try {
                chain.doFilter(request, response);
            } finally {
                end(request, id);
            }
        }

        /** Listeners are told in the order in which they were added, so this one hears last. */
        private void end(HttpServletRequest request, String id) {
            try {
                if (request.isAsyncStarted()) {
                    request.getAsyncContext().addListener(new Last(() -> underWay.over(id)));
                    return;
                }
            } catch (IllegalStateException completedMeanwhile) {
                // It is over.
            }
            underWay.over(id);
        }
    }

    private record Last(Runnable over) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            over.run();
        }

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
