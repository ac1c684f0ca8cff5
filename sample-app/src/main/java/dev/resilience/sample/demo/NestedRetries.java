package dev.resilience.sample.demo;

import dev.resilience.Pipeline;
import dev.resilience.Resilience;
import dev.resilience.sample.carrier.Booking;
import dev.resilience.sample.carrier.CarrierClient;
import dev.resilience.sample.carrier.CarrierQuote;
import dev.resilience.sample.carrier.Parcel;
import java.util.concurrent.Callable;
import org.springframework.stereotype.Component;

/**
 * A quote through three layers, each inside the other: the checkout asks shipping, shipping asks for rates, and that asks the
 * carrier. Each tries three times, and none tells the next one out why it failed.
 */
@Component
class NestedRetries {

    private static final Parcel PARCEL = new Parcel("10115", "80331", 1200);

    private final Resilience resilience;
    private final CarrierClient carrier;

    NestedRetries(Resilience resilience, CarrierClient carrier) {
        this.resilience = resilience;
        this.carrier = carrier;
    }

    /** Through three pipelines, the innermost of which is this one. */
    CarrierQuote guarded(String innermost) throws Exception {
        Pipeline checkout = resilience.pipeline("checkout");
        Pipeline shipping = resilience.pipeline("shipping");
        return ask(checkout::call, shipping::call, resilience.pipeline(innermost)::call);
    }

    /** As it is written when nobody knows of the other layers. */
    CarrierQuote naive() throws Exception {
        return ask(NestedRetries::threeTimes, NestedRetries::threeTimes, NestedRetries::threeTimes);
    }

    /** Hands a parcel over, which no retry may do twice. */
    Booking book() {
        return carrier.book(PARCEL);
    }

    private CarrierQuote ask(Layer checkout, Layer shipping, Layer rates) throws Exception {
        return checkout.call(() ->
                withoutAWord(() -> shipping.call(() -> withoutAWord(() -> rates.call(() -> carrier.quote(PARCEL))))));
    }

    private static CarrierQuote withoutAWord(Callable<CarrierQuote> inside) {
        try {
            return inside.call();
        } catch (Exception hidden) {
            throw new IllegalStateException("no quote");
        }
    }

    private static CarrierQuote threeTimes(Callable<CarrierQuote> inside) throws Exception {
        for (int retry = 0; retry < 2; retry++) {
            try {
                return inside.call();
            } catch (Exception again) {
                // The last try tells what is wrong.
            }
        }
        return inside.call();
    }

    /** Something around a call that may make it again. */
    @FunctionalInterface
    private interface Layer {
        CarrierQuote call(Callable<CarrierQuote> inside) throws Exception;
    }
}
