package dev.resilience.spring.guard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that turns the first request away and says when to come back. Who comes at that instant or later is served, who
 * comes earlier is told that it is too early. Its clock is that of the test. Thread-safe.
 */
final class RationingServer implements AutoCloseable {

    static final int TOO_EARLY = 425;

    /** How it says when. */
    enum Form {
        SECONDS,
        DATE
    }

    private final HttpServer server;
    private final InstantSource clock;
    private final List<Instant> requests = new CopyOnWriteArrayList<>();
    private int status;
    private Form form;
    private Duration wait;
    private Instant opens;

    RationingServer(InstantSource clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Turns the next request away with this status, and says to come back after this many whole seconds. */
    synchronized void turnAway(int withStatus, Form in, Duration after) {
        requests.clear();
        status = withStatus;
        form = in;
        wait = after;
    }

    /** When it said that it would serve again. */
    synchronized Instant opens() {
        return opens;
    }

    /** When requests came. */
    List<Instant> requests() {
        return List.copyOf(requests);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        Instant now = clock.instant();
        requests.add(now);
        if (requests.size() == 1) {
            exchange.getResponseHeaders().add("Retry-After", said(now));
            reply(exchange, status, "come back");
        } else {
            reply(exchange, now.isBefore(opens) ? TOO_EARLY : 200, "served");
        }
    }

    /** A date has no parts of a second. */
    private String said(Instant now) {
        opens = form == Form.SECONDS ? now.plus(wait) : now.plus(wait).truncatedTo(ChronoUnit.SECONDS);
        return form == Form.SECONDS
                ? Long.toString(wait.toSeconds())
                : DateTimeFormatter.RFC_1123_DATE_TIME.format(opens.atOffset(ZoneOffset.UTC));
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/plain");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
