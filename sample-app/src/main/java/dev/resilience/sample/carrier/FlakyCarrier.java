package dev.resilience.sample.carrier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * The carrier: a server of its own, on the loopback address, that fails on command.
 *
 * <p>{@code POST /quotes} answers a quote, {@code POST /bookings} takes a parcel, {@code GET /parcels/NUMBER} tells those who
 * have begun a session with {@code POST /sessions} where it is. {@code GET /faults} and {@code POST /faults} show and set how
 * it misbehaves. What hangs is answered as soon as it no longer does; only then the carrier finds out who is still there to
 * hear it.
 */
@Component
public class FlakyCarrier implements DisposableBean {

    private static final Logger LOGGER = LoggerFactory.getLogger(FlakyCarrier.class);

    private final JsonMapper json;
    private final ObjectReader commands;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bookings = new AtomicLong();
    private final AtomicLong lookups = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final Desk desk;
    private final Sessions sessions = new Sessions();
    private final Misbehaviour misbehaviour = new Misbehaviour();

    FlakyCarrier(CarrierProperties properties, JsonMapper json) throws IOException {
        this.json = json;
        desk = new Desk(json);
        commands = json.readerFor(Faults.class).without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), properties.port()), 0);
        server.createContext("/quotes", guarded(exchange -> serve(exchange, requests, desk::quote)));
        server.createContext("/bookings", guarded(exchange -> serve(exchange, bookings, desk::book)));
        server.createContext("/parcels/", guarded(this::parcel));
        server.createContext("/sessions", guarded(exchange -> answer(exchange, 200, sessions.begin())));
        server.createContext("/faults", guarded(this::faults));
        server.setExecutor(threads);
        server.start();
        LOGGER.info("The carrier listens on port {}", server.getAddress().getPort());
    }

    /** Where it can be asked. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** How many quotes it was asked for. */
    public long requests() {
        return requests.get();
    }

    /** How many parcels it was asked to take. */
    public long bookings() {
        return bookings.get();
    }

    /** How often it was asked where a parcel is. */
    public long lookups() {
        return lookups.get();
    }

    /** How many sessions were begun. */
    public long sessions() {
        return sessions.begun();
    }

    /** How many answers nobody waited for any more: their callers had closed the connection. */
    public long abandoned() {
        return abandoned.get();
    }

    /** Misbehaves like this from now on. */
    public void misbehave(Faults changed) {
        if (changed.forgetsSessions()) {
            sessions.forget();
        }
        misbehaviour.change(changed);
    }

    @Override
    public void destroy() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Only for those who are known; everybody else begins a session first. */
    private void parcel(HttpExchange exchange) throws IOException {
        if (sessions.knows(exchange.getRequestHeaders().getFirst(Sessions.HEADER))) {
            serve(exchange, lookups, Desk::locate);
            return;
        }
        lookups.incrementAndGet();
        answer(exchange, 401, Map.of("error", "begin a session"));
    }

    private void serve(HttpExchange exchange, AtomicLong asked, Desk.Service service) throws IOException {
        asked.incrementAndGet();
        if (misbehaviour.hung()) {
            answerLate(exchange, service.answer(exchange));
            return;
        }
        Faults now = misbehaviour.faults();
        now.rest();
        if (now.rateLimited()) {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(now.retryAfterSeconds()));
            answer(exchange, 429, Map.of("error", "too many requests"));
        } else if (now.fails()) {
            answer(exchange, 503, Map.of("error", "the carrier is down"));
        } else {
            answer(exchange, 200, service.answer(exchange));
        }
    }

    /** In two parts: who has closed the connection refuses the first, and that is known when the second is sent. */
    private void answerLate(HttpExchange exchange, Object body) throws IOException {
        byte[] late = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        try {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            Faults.NONE.rest();
            exchange.getResponseBody().write(late);
            exchange.getResponseBody().flush();
        } catch (IOException closed) {
            abandoned.incrementAndGet();
        }
    }

    private void faults(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            misbehave(commands.readValue(exchange.getRequestBody().readAllBytes()));
        }
        answer(exchange, 200, misbehaviour.faults());
    }

    private Handler guarded(Handler handler) {
        return exchange -> {
            try (exchange) {
                handleOrExplain(exchange, handler);
            }
        };
    }

    private void handleOrExplain(HttpExchange exchange, Handler handler) throws IOException {
        try {
            handler.handle(exchange);
        } catch (JacksonException | IllegalArgumentException malformed) {
            answer(exchange, 400, Map.of("error", String.valueOf(malformed.getMessage())));
        }
    }

    private void answer(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** A handler under another name, so that {@code guarded} can take and give one. */
    @FunctionalInterface
    private interface Handler extends com.sun.net.httpserver.HttpHandler {}
}
