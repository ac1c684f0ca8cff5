package dev.resilience.spring.web;

import com.jayway.jsonpath.JsonPath;
import dev.resilience.spring.config.Yaml;
import dev.resilience.time.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * A real server under time turned by hand, and a client of it. Reactor Netty up to 1.3.7 may stop reading from a connection on
 * which one request came before the last one had quite ended (its issue 4361), so each of its exchanges has one of its own.
 */
public final class Served implements AutoCloseable {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final boolean closes;
    private final ConfigurableApplicationContext context;
    public final ManualTime time;

    private Served(ConfigurableApplicationContext context) {
        this.context = context;
        this.closes = context instanceof ReactiveWebApplicationContext;
        this.time = context.getBean(ManualTime.class);
    }

    /** An application of this type with this YAML and these beans. */
    public static Served with(WebApplicationType type, String yaml, Class<?>... beans) {
        List<Class<?>> sources = new ArrayList<>(List.of(beans));
        sources.add(Application.class);
        return new Served(new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                .web(type)
                .initializers(context -> Yaml.environment(yaml)
                        .getPropertySources()
                        .forEach(context.getEnvironment().getPropertySources()::addFirst))
                .run("--server.port=0", "--spring.main.banner-mode=off"));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, headers);
    }

    public HttpResponse<String> post(String path, String... headers) {
        return send("POST", path, headers);
    }

    public HttpResponse<String> send(String method, String path, String... headers) {
        HttpRequest.Builder request = to(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        String id = UUID.randomUUID().toString();
        request.header(UnderWay.ID, id);
        try {
            HttpResponse<String> answer =
                    client.send(request.method(method, BodyPublishers.noBody()).build(), BodyHandlers.ofString());
            bean(UnderWay.class).await(id);
            return answer;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private HttpRequest.Builder to(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .timeout(Duration.ofSeconds(20));
        return closes ? request.header("Connection", "close") : request;
    }

    /** Sends this request line by line as it is, which no decent client would, and gives the status line and all that follows. */
    public String raw(String... lines) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(20_000);
            String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The requests, all at once. */
    public List<HttpResponse<String>> getTogether(String path, int times) {
        HttpRequest request = to(path).build();
        return Stream.generate(() -> client.sendAsync(request, BodyHandlers.ofString())).limit(times).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    /** The only value of a header; null where there is none. */
    public static String header(HttpResponse<?> response, String name) {
        List<String> values = response.headers().allValues(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " is there more than once: " + values);
        }
        return values.isEmpty() ? null : values.get(0);
    }

    public static Object json(HttpResponse<String> response, String path) {
        return JsonPath.read(response.body(), path);
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration
    @EnableAutoConfiguration
    @Import({UnderWay.InServlets.class, UnderWay.InWebFlux.class})
    static class Application {

        @Bean
        UnderWay underWay() {
            return new UnderWay();
        }

        @Bean
        ManualTime time() {
            return new ManualTime();
        }

        @Bean
        InstantSource wall(ManualTime time) {
            return time.time().wall();
        }
    }
}
