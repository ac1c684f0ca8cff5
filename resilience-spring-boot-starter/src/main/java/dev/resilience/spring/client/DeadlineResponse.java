package dev.resilience.spring.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.StreamUtils;

/** An answer whose body has to arrive in time, too. */
final class DeadlineResponse implements ClientHttpResponse {

    private final ClientHttpResponse response;
    private final Exchange exchange;
    private final boolean closesAnytime;
    private @Nullable InputStream original;
    private @Nullable InputStream body;

    DeadlineResponse(ClientHttpResponse response, Exchange exchange, boolean closesAnytime) {
        this.response = response;
        this.exchange = exchange;
        this.closesAnytime = closesAnytime;
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
        return response.getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
        return response.getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
        return response.getHeaders();
    }

    @Override
    public InputStream getBody() throws IOException {
        if (body == null) {
            body = new Body(exchange.await(this::open), exchange);
        }
        return body;
    }

    @Override
    public void close() {
        try {
            exchange.end(this::drainAndClose);
        } catch (IOException closedAllTheSame) {
            // there is nobody to tell
        }
    }

    private InputStream open() throws IOException {
        InputStream opened = response.getBody();
        original = opened;
        if (closesAnytime) {
            exchange.cancelBy(() -> closeQuietly(opened));
        }
        return opened;
    }

    /** The client would drain the body itself, but where it can only be stopped by its body it has to be one we know. */
    private void drainAndClose() throws IOException {
        try {
            if (closesAnytime) {
                StreamUtils.drain(original == null ? open() : original);
            }
        } finally {
            response.close();
        }
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException closedAllTheSame) {
            // there is nobody to tell
        }
    }

    private static final class Body extends FilterInputStream {

        private final Exchange exchange;

        private Body(InputStream body, Exchange exchange) {
            super(body);
            this.exchange = exchange;
        }

        @Override
        public int read() throws IOException {
            return exchange.await(in::read);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return exchange.await(() -> in.read(bytes, from, length));
        }

        @Override
        public long skip(long bytes) throws IOException {
            return exchange.await(() -> in.skip(bytes));
        }

        @Override
        public void close() throws IOException {
            exchange.end(in::close);
        }
    }
}
