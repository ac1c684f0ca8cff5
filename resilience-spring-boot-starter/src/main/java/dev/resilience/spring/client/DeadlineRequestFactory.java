package dev.resilience.spring.client;

import dev.resilience.CallDeadline;
import dev.resilience.time.Scheduler;
import java.io.IOException;
import java.net.URI;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.AbstractClientHttpRequestFactoryWrapper;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

/** Makes requests that end with the guarded call they are executed in. */
final class DeadlineRequestFactory extends AbstractClientHttpRequestFactoryWrapper implements DisposableBean {

    private final boolean bodiesCloseAnytime;
    private final DeadlineHeader header;
    private final Scheduler scheduler;

    /** @param bodiesCloseAnytime whether the body of an answer may be closed while another thread reads it, which ends that */
    DeadlineRequestFactory(
            ClientHttpRequestFactory factory, boolean bodiesCloseAnytime, DeadlineHeader header, Scheduler scheduler) {
        super(factory);
        this.bodiesCloseAnytime = bodiesCloseAnytime;
        this.header = header;
        this.scheduler = scheduler;
    }

    @Override
    protected ClientHttpRequest createRequest(URI uri, HttpMethod method, ClientHttpRequestFactory factory)
            throws IOException {
        ClientHttpRequest request = factory.createRequest(uri, method);
        return request instanceof StreamingHttpOutputMessage
                ? new DeadlineRequest.Streaming(request, this)
                : new DeadlineRequest(request, this);
    }

    /** Executes the request within the deadline. */
    ClientHttpResponse execute(ClientHttpRequest request, CallDeadline deadline) throws IOException {
        header.write(request.getHeaders(), deadline, request.getAttributes());
        Exchange exchange = new Exchange(deadline, scheduler);
        return new DeadlineResponse(exchange.begin(request::execute), exchange, bodiesCloseAnytime);
    }

    @Override
    public void destroy() throws Exception {
        if (getDelegate() instanceof DisposableBean disposable) {
            disposable.destroy();
        }
    }
}
