package dev.resilience.spring.client;

import dev.resilience.CallDeadline;
import dev.resilience.spring.config.HttpClientKnobs;
import dev.resilience.spring.guard.Finding;
import dev.resilience.spring.guard.Finding.Level;
import dev.resilience.spring.guard.Findings;
import dev.resilience.time.Scheduler;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.client.AbstractClientHttpRequestFactoryWrapper;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.util.ClassUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/**
 * Lets requests of {@code RestClient} and {@code RestTemplate} end with the guarded call they are made in.
 *
 * <p>What Spring Boot builds is limited without a word. Who builds a client by hand injects this bean:
 *
 * <pre>{@code
 * RestClient.builder().requestFactory(deadlines.bound(new JdkClientHttpRequestFactory()))
 * }</pre>
 *
 * A request isn't begun when the time is over, and is given up when its time passes, while it waits for a connection, for
 * the answer, or for the rest of it; the caller gets the {@link dev.resilience.CallTimedOutException} of the guard whose
 * time it is. The timeouts of the client hold as before. Outside of guarded calls nothing changes. Thread-safe.
 */
public final class RestClientDeadlines {

    private static final boolean HTTP_COMPONENTS = ClassUtils.isPresent(
            "org.apache.hc.client5.http.impl.classic.CloseableHttpClient", RestClientDeadlines.class.getClassLoader());

    private final boolean enabled;
    private final DeadlineHeader header;
    private final Scheduler scheduler;
    private final Findings findings;

    public RestClientDeadlines(HttpClientKnobs knobs, Scheduler scheduler, Findings findings) {
        this.enabled = knobs.deadlines();
        this.header = new DeadlineHeader(knobs.deadlineHeader());
        this.scheduler = scheduler;
        this.findings = findings;
    }

    /**
     * A factory of the same requests, which end in time.
     *
     * <p>The clients of the JDK and of Reactor Netty are stopped whatever they do; others are interrupted. The client of an
     * HttpComponents factory, which doesn't heed interrupts, is replaced by one whose requests are cancelled.
     * {@code HttpURLConnection} heeds nothing: there requests are only not begun.
     */
    public ClientHttpRequestFactory bound(ClientHttpRequestFactory factory) {
        if (!enabled || factory instanceof DeadlineRequestFactory) {
            return factory;
        }
        ClientHttpRequestFactory innermost = innermost(factory);
        if (HTTP_COMPONENTS) {
            HttpComponentsCancellation.in(innermost);
        }
        if (innermost instanceof SimpleClientHttpRequestFactory) {
            findings.add(new Finding(
                    Level.INFO,
                    "unbound-http-client",
                    innermost.getClass().getSimpleName(),
                    "HttpURLConnection can't be stopped: when the time of a guarded call is over, its requests aren't begun,"
                            + " but those under way go on.",
                    "Use the client of the JDK or HttpComponents, or give the factory a read timeout."));
        }
        return new DeadlineRequestFactory(factory, bodiesCloseAnytime(innermost), header, scheduler);
    }

    private static boolean bodiesCloseAnytime(ClientHttpRequestFactory innermost) {
        return innermost instanceof JdkClientHttpRequestFactory || innermost instanceof ReactorClientHttpRequestFactory;
    }

    private static ClientHttpRequestFactory innermost(ClientHttpRequestFactory factory) {
        ClientHttpRequestFactory innermost = factory;
        while (innermost instanceof AbstractClientHttpRequestFactoryWrapper wrapper) {
            innermost = wrapper.getDelegate();
        }
        return innermost;
    }

    /** Binds the factory the template has now; to be called when it has the one it is to keep. */
    public void customize(RestTemplate template) {
        List<ClientHttpRequestInterceptor> interceptors = new ArrayList<>(template.getInterceptors());
        template.setInterceptors(List.of()); // with them the factory would be shown wrapped
        template.setRequestFactory(bound(template.getRequestFactory()));
        template.setInterceptors(interceptors);
    }

    /**
     * Lets the client begin no request when the time is over, whatever makes its requests: a builder doesn't tell its
     * factory, which is why the rest is up to {@link #bound}.
     */
    public void customize(RestClient.Builder builder) {
        if (enabled) {
            builder.requestInitializer(this::initialize);
        }
    }

    private void initialize(ClientHttpRequest request) {
        CallDeadline deadline = CallDeadline.current();
        if (deadline == null) {
            return;
        }
        if (deadline.isOver()) {
            throw deadline.timedOut();
        }
        header.write(request.getHeaders(), deadline, request.getAttributes());
    }
}
