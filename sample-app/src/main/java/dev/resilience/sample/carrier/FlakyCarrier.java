package dev.resilience.sample.carrier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The carrier: a server of its own, on the loopback address, that fails on command.
 *
 * <p>{@code POST /quotes} answers a quote, {@code GET /faults} and {@code POST /faults} show and set how it misbehaves.
 */
@Component
public class FlakyCarrier implements DisposableBean {

    private static final Logger LOGGER = LoggerFactory.getLogger(FlakyCarrier.class);

    private final JsonMapper json;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong requests = new AtomicLong();
    private volatile Faults faults = Faults.NONE;

    FlakyCarrier(CarrierProperties properties, JsonMapper json) throws IOException {
        this.json = json;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), properties.port()), 0);
        server.createContext("/quotes", guarded(this::quote));
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

    /** Misbehaves like this from now on. */
    public void misbehave(Faults changed) {
        faults = changed;
    }

    @Override
    public void destroy() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void quote(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        Faults now = faults;
        rest(now.latencyMillis());
        if (now.rateLimited()) {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(now.retryAfterSeconds()));
            answer(exchange, 429, Map.of("error", "too many requests"));
        } else if (ThreadLocalRandom.current().nextDouble() < now.errorRate()) {
            answer(exchange, 503, Map.of("error", "the carrier is down"));
        } else {
            Parcel parcel = json.readValue(exchange.getRequestBody().readAllBytes(), Parcel.class);
            answer(exchange, 200, new CarrierQuote("Northwind", price(parcel)));
        }
    }

    private void faults(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            faults = json.readValue(exchange.getRequestBody().readAllBytes(), Faults.class);
        }
        answer(exchange, 200, faults);
    }

    private static BigDecimal price(Parcel parcel) {
        return new BigDecimal("4.90").add(BigDecimal.valueOf(parcel.grams()).movePointLeft(3));
    }

    private static void rest(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
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
