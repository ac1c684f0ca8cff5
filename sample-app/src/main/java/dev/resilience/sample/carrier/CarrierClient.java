package dev.resilience.sample.carrier;

import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** The carrier's API. */
@HttpExchange
public interface CarrierClient {

    /** Asks for a quote, as long as the guarded call it is asked for in has time: nothing else bounds it. */
    @PostExchange("/quotes")
    CarrierQuote quote(@RequestBody Parcel parcel);
}
