package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A server that does as its paths say: {@code /ok} is answered, {@code /hang} never, {@code /stall} half, {@code /second}
 * never the first time. It remembers every request, and sees who gives up.
 */
final class StubbornServer implements AutoCloseable {

    /** Long enough for the slowest machine; nobody waits for it where things are right. */
    private static final int PATIENCE_SECONDS = 20;

    private final ServerSocket socket;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final Semaphore stuck = new Semaphore(0);
    private final Semaphore givenUp = new Semaphore(0);

    StubbornServer() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        start(this::accept);
    }

    String url() {
        return "http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    /** The requests so far, the oldest first. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Waits until one more request doesn't get on. */
    void awaitStuck() throws InterruptedException {
        assertThat(stuck.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("a request")
                .isTrue();
    }

    /** Waits until a client whose request doesn't get on has closed the connection. */
    void awaitGivenUp() throws InterruptedException {
        assertThat(givenUp.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the end of a connection")
                .isTrue();
    }

    private void accept() throws IOException {
        while (!socket.isClosed()) {
            Socket connection = socket.accept();
            connections.add(connection);
            start(() -> serve(connection));
        }
    }

    private void serve(Socket connection) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
        OutputStream out = connection.getOutputStream();
        for (String first = lines.readLine(); first != null; first = lines.readLine()) {
            Request request = read(first, lines);
            requests.add(request);
            switch (request.path()) {
                case "/hang" -> getStuck(lines);
                case "/stall" -> {
                    write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf");
                    getStuck(lines);
                }
                case "/second" -> {
                    if (count("/second") == 1) {
                        getStuck(lines);
                    }
                    write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nsecond");
                }
                default -> write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
            }
        }
    }

    private long count(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).count();
    }

    private void getStuck(BufferedReader lines) {
        stuck.release();
        try {
            while (lines.read() >= 0) {
                // more of a request that isn't answered
            }
        } catch (IOException reset) {
            // as good an end as any
        }
        givenUp.release();
    }

    private static Request read(String first, BufferedReader lines) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon), line.substring(colon + 1).strip(), (one, other) -> one + ", " + other);
        }
        char[] body = new char[Integer.parseInt(headers.getOrDefault("Content-Length", "0"))];
        for (int read = 0; read < body.length; ) {
            read += lines.read(body, read, body.length - read);
        }
        return new Request(first.split(" ")[1], headers, new String(body));
    }

    private static void write(OutputStream out, String answer) throws IOException {
        out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // the test or the client is done
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** A request as it arrived. */
    record Request(String path, Map<String, String> headers, String body) {}
}
