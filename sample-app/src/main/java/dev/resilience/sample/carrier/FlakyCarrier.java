package dev.resilience.sample.carrier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
 * <p>{@code POST /quotes} answers a quote, {@code GET /faults} and {@code POST /faults} show and set how it misbehaves. What
 * hangs is answered as soon as it no longer does; only then the carrier finds out who is still there to hear it.
 */
@Component
public class FlakyCarrier implements DisposableBean {

    private static final Logger LOGGER = LoggerFactory.getLogger(FlakyCarrier.class);

    private final JsonMapper json;
    private final ObjectReader commands;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final AtomicReference<Mood> mood = new AtomicReference<>(new Mood(Faults.NONE));

    FlakyCarrier(CarrierProperties properties, JsonMapper json) throws IOException {
        this.json = json;
        commands = json.readerFor(Faults.class).without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
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

    /** How many answers nobody waited for any more: their callers had closed the connection. */
    public long abandoned() {
        return abandoned.get();
    }

    /** Misbehaves like this from now on. */
    public void misbehave(Faults changed) {
        mood.getAndSet(new Mood(changed)).over().countDown();
    }

    @Override
    public void destroy() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void quote(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        if (hung()) {
            answerLate(exchange);
            return;
        }
        Faults now = mood.get().faults();
        rest(now.latencyMillis());
        if (now.rateLimited()) {
            exchange.getResponseHeaders().set("Retry-After", Long.toString(now.retryAfterSeconds()));
            answer(exchange, 429, Map.of("error", "too many requests"));
        } else if (ThreadLocalRandom.current().nextDouble() < now.errorRate()) {
            answer(exchange, 503, Map.of("error", "the carrier is down"));
        } else {
            answer(exchange, 200, quoted(exchange));
        }
    }

    /** Whether it hung, and now no longer does. */
    private boolean hung() throws InterruptedIOException {
        boolean hung = false;
        for (Mood now = mood.get(); now.faults().hangs(); now = mood.get()) {
            hung = true;
            waitFor(now.over());
        }
        return hung;
    }

    /** In two parts: who has closed the connection refuses the first, and that is known when the second is sent. */
    private void answerLate(HttpExchange exchange) throws IOException {
        byte[] quote = json.writeValueAsBytes(quoted(exchange));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        try {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            rest(Faults.NONE.latencyMillis());
            exchange.getResponseBody().write(quote);
            exchange.getResponseBody().flush();
        } catch (IOException closed) {
            abandoned.incrementAndGet();
        }
    }

    private CarrierQuote quoted(HttpExchange exchange) throws IOException {
        Parcel parcel = json.readValue(exchange.getRequestBody().readAllBytes(), Parcel.class);
        return new CarrierQuote("Northwind", price(parcel));
    }

    private void faults(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            misbehave(commands.readValue(exchange.getRequestBody().readAllBytes()));
        }
        answer(exchange, 200, mood.get().faults());
    }

    private static BigDecimal price(Parcel parcel) {
        return new BigDecimal("4.90").add(BigDecimal.valueOf(parcel.grams()).movePointLeft(3));
    }

    private static void waitFor(CountDownLatch end) throws InterruptedIOException {
        try {
            end.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the carrier closes");
        }
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

    /**
     * How it misbehaves for a while.
     *
     * @param over open once it misbehaves differently
     */
    private record Mood(Faults faults, CountDownLatch over) {

        Mood(Faults faults) {
            this(faults, new CountDownLatch(1));
        }
    }

    /** A handler under another name, so that {@code guarded} can take and give one. */
    @FunctionalInterface
    private interface Handler extends com.sun.net.httpserver.HttpHandler {}
}
