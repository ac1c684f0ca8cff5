package dev.resilience.spring.client;

import java.io.IOException;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpResponse;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

/** A client of HttpComponents, which doesn't heed interrupts, whose requests can be cancelled by who began the exchange. */
final class HttpComponentsCancellation extends CloseableHttpClient implements Configurable {

    private final CloseableHttpClient client;

    private HttpComponentsCancellation(CloseableHttpClient client) {
        this.client = client;
    }

    /** Makes the requests of the factory cancellable. */
    static void in(ClientHttpRequestFactory factory) {
        if (factory instanceof HttpComponentsClientHttpRequestFactory components
                && components.getHttpClient() instanceof CloseableHttpClient client
                && !(client instanceof HttpComponentsCancellation)) {
            components.setHttpClient(new HttpComponentsCancellation(client));
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the one way to an open answer of the type that is asked for
    protected CloseableHttpResponse doExecute(HttpHost target, ClassicHttpRequest request, HttpContext context)
            throws IOException {
        Exchange exchange = Exchange.current();
        if (exchange != null && request instanceof Cancellable cancellable) {
            exchange.cancelBy(cancellable::cancel);
        }
        return client.execute(target, request, context);
    }

    @Override
    public RequestConfig getConfig() {
        return client instanceof Configurable configurable ? configurable.getConfig() : RequestConfig.DEFAULT;
    }

    @Override
    public void close(CloseMode mode) {
        client.close(mode);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
