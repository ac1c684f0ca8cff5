package dev.resilience.sample.carrier;

import dev.resilience.spring.annotation.Retryable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** The carrier's API. */
@HttpExchange
public interface CarrierClient {

    /** Asks for a quote, as long as the guarded call it is asked for in has time: nothing else bounds it. */
    @PostExchange("/quotes")
    CarrierQuote quote(@RequestBody Parcel parcel);

    /** Hands a parcel over. Never done again, whatever its retry says: that would hand it over twice, and is a finding. */
    @Retryable("bookings")
    @PostExchange("/bookings")
    Booking book(@RequestBody Parcel parcel);

    /** Asks where a parcel is. */
    @GetExchange("/parcels/{number}")
    Whereabouts locate(@PathVariable String number);
}
