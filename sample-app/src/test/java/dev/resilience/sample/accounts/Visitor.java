package dev.resilience.sample.accounts;

import dev.resilience.sample.carrier.Parcel;
import java.util.function.Consumer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Somebody who asks the marketplace over HTTP. */
final class Visitor {

    private static final ClientHttpRequestFactory CONNECTIONS = new JdkClientHttpRequestFactory();

    private final RestClient client;

    private Visitor(int port, Consumer<HttpHeaders> headers) {
        client = RestClient.builder()
                .requestFactory(CONNECTIONS)
                .baseUrl("http://127.0.0.1:" + port)
                .defaultHeaders(headers)
                .defaultStatusHandler(HttpStatusCode::isError, (request, response) -> {})
                .build();
    }

    static Visitor anonymous(int port) {
        return new Visitor(port, headers -> {});
    }

    /** One whose request a proxy on this machine passes on. */
    static Visitor from(String address, int port) {
        return new Visitor(port, headers -> headers.set("X-Forwarded-For", address));
    }

    static Visitor user(String name, String password, int port) {
        return new Visitor(port, headers -> headers.setBasicAuth(name, password));
    }

    static Visitor agent(String key, int port) {
        return new Visitor(port, headers -> headers.set("X-API-Key", key));
    }

    ResponseEntity<String> get(String path) {
        return client.get().uri(path).retrieve().toEntity(String.class);
    }

    ResponseEntity<String> delete(String path) {
        return client.method(HttpMethod.DELETE).uri(path).retrieve().toEntity(String.class);
    }

    ResponseEntity<String> logIn(String name, String password) {
        return post("/api/v1/auth/login", new Credentials(name, password));
    }

    ResponseEntity<String> register(String name, String password) {
        return post("/api/v1/auth/register", new Credentials(name, password));
    }

    ResponseEntity<String> quote() {
        return post("/api/v1/quotes", new Parcel("10115", "80331", 1200));
    }

    private ResponseEntity<String> post(String path, Object body) {
        return client.post().uri(path).body(body).retrieve().toEntity(String.class);
    }
}
