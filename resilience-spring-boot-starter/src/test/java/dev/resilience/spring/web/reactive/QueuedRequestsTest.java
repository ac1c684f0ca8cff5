package dev.resilience.spring.web.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.web.Served;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Requests that Reactor Netty keeps in the queue of their connection until the answer before has been written. */
class QueuedRequestsTest {

    private static final String YAML = """
            resilience:
              http:
                rules:
                  - {name: limited, path: /limited, limits: 1/1m}
            """;

    private final Served served = Served.with(WebApplicationType.REACTIVE, YAML, Pages.class);

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void aRefusalFromTheQueueLeavesItsConnectionReadable() throws Exception {
        served.get("/limited");
        try (Connection connection = new Connection(served.port())) {
            connection.ask("/elsewhere", "/limited");
            assertThat(connection.answers(2)).containsExactly("200", "429");
            connection.ask("/open");
            assertThat(connection.answers(1)).containsExactly("200");
        }
    }

    @RestController
    static class Pages {

        /** On another thread, as after a login; so the event loop first reads what else has arrived. */
        @GetMapping("/elsewhere")
        Mono<String> elsewhere() {
            return Mono.just("page").subscribeOn(Schedulers.boundedElastic());
        }

        @GetMapping({"/limited", "/open"})
        Mono<String> page() {
            return Mono.just("page");
        }
    }

    /** A connection on which several requests may be under way at once. Silence of the server fails the test. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;

        private Connection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        }

        /** In one write, so that the server reads all of them at once. */
        private void ask(String... paths) throws IOException {
            StringBuilder requests = new StringBuilder();
            for (String path : paths) {
                requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
        }

        private String[] answers(int number) throws IOException {
            String[] statuses = new String[number];
            for (int answer = 0; answer < number; answer++) {
                statuses[answer] = answer();
            }
            return statuses;
        }

        private String answer() throws IOException {
            String status = line().split(" ")[1];
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            socket.getInputStream().readNBytes(length);
            return status;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = socket.getInputStream().read();
                    next != '\n';
                    next = socket.getInputStream().read()) {
                assertThat(next).as("a byte of the answer").isNotNegative();
                line.append((char) next);
            }
            return line.toString().strip();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
