package dev.resilience.spring.client;

import dev.resilience.CallDeadline;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/** A request that takes the deadline of the guarded call it is executed in; in none it is what it was. */
class DeadlineRequest implements ClientHttpRequest {

    private final ClientHttpRequest request;
    private final DeadlineRequestFactory factory;

    DeadlineRequest(ClientHttpRequest request, DeadlineRequestFactory factory) {
        this.request = request;
        this.factory = factory;
    }

    @Override
    public ClientHttpResponse execute() throws IOException {
        CallDeadline deadline = CallDeadline.current();
        return deadline == null ? request.execute() : factory.execute(request, deadline);
    }

    @Override
    public HttpMethod getMethod() {
        return request.getMethod();
    }

    @Override
    public URI getURI() {
        return request.getURI();
    }

    @Override
    public HttpHeaders getHeaders() {
        return request.getHeaders();
    }

    @Override
    public Map<String, Object> getAttributes() {
        return request.getAttributes();
    }

    @Override
    public OutputStream getBody() throws IOException {
        return request.getBody();
    }

    /** One whose body is written while it is sent: who writes it looks for the interface. */
    static final class Streaming extends DeadlineRequest implements StreamingHttpOutputMessage {

        private final StreamingHttpOutputMessage message;

        Streaming(ClientHttpRequest request, DeadlineRequestFactory factory) {
            super(request, factory);
            this.message = (StreamingHttpOutputMessage) request;
        }

        @Override
        public void setBody(Body body) {
            message.setBody(body);
        }

        @Override
        public void setBody(byte[] body) throws IOException {
            message.setBody(body);
        }
    }
}
