package dev.resilience.spring.actuate;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceListener;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A real server in real time that shows the endpoint, a client that asks it, and what its listeners have been told. */
final class ServedEndpoint implements AutoCloseable {

    final List<ResilienceEvent> events = new CopyOnWriteArrayList<>();
    final ConfigurableApplicationContext application;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final WebApplicationType type;

    /** An application of this type with these properties and these beans. */
    ServedEndpoint(WebApplicationType type, Map<String, Object> properties, Class<?>... beans) {
        this.type = type;
        this.application = new SpringApplicationBuilder(Stream.concat(Stream.of(beans), Stream.of(Application.class))
                        .toArray(Class<?>[]::new))
                .web(type)
                .initializers(context ->
                        context.getBeanFactory().registerSingleton("events", (ResilienceListener) events::add))
                .properties(Map.of("server.port", "0", "management.endpoints.web.exposure.include", "resilience"))
                .properties(properties)
                .run();
    }

    <T> T bean(Class<T> type) {
        return application.getBean(type);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** A request of this path below the endpoint; in WebFlux it ends its connection, as those of {@code Served} do. */
    HttpRequest.Builder request(String path) {
        String port = application.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/resilience" + path));
        return type == WebApplicationType.REACTIVE ? request.header("Connection", "close") : request;
    }

    @Override
    public void close() {
        application.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
