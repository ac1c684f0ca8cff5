package dev.resilience.sample.carrier;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/** What the carrier says when it is well. */
final class Desk {

    private final JsonMapper json;
    private final AtomicLong numbers = new AtomicLong();

    Desk(JsonMapper json) {
        this.json = json;
    }

    /** An answer to one kind of request. */
    @FunctionalInterface
    interface Service {
        Object answer(HttpExchange exchange) throws IOException;
    }

    CarrierQuote quote(HttpExchange exchange) throws IOException {
        return new CarrierQuote("Northwind", price(exchange));
    }

    Booking book(HttpExchange exchange) throws IOException {
        return new Booking("N-" + numbers.incrementAndGet(), price(exchange));
    }

    static Whereabouts locate(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String number = path.substring(path.lastIndexOf('/') + 1);
        return new Whereabouts(number, number.hashCode() % 2 == 0 ? "on its way" : "delivered", Instant.now());
    }

    private BigDecimal price(HttpExchange exchange) throws IOException {
        Parcel parcel = json.readValue(exchange.getRequestBody().readAllBytes(), Parcel.class);
        return new BigDecimal("4.90").add(BigDecimal.valueOf(parcel.grams()).movePointLeft(3));
    }
}
