package dev.resilience.sample.quotes;

import dev.resilience.sample.carrier.CarrierClient;
import dev.resilience.sample.carrier.CarrierQuote;
import dev.resilience.sample.carrier.Parcel;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import java.math.BigDecimal;
import org.springframework.stereotype.Service;

/** Asks the carrier, and guesses when the carrier can't be asked. */
@Service
public class QuoteService {

    private final CarrierClient carrier;

    QuoteService(CarrierClient carrier) {
        this.carrier = carrier;
    }

    /** What the carrier asks; after retries, an open breaker, a limit or a timeout an estimate. */
    @Retryable("carrier")
    @CircuitBreaker("carrier")
    @RateLimited("carrier")
    @Timeout("carrier")
    @Fallback("estimate")
    public Quote quote(Parcel parcel) {
        CarrierQuote quote = carrier.quote(parcel);
        return new Quote(quote.carrier(), quote.price(), false);
    }

    private Quote estimate(Parcel parcel) {
        BigDecimal price =
                new BigDecimal("5.90").add(BigDecimal.valueOf(parcel.grams()).movePointLeft(3));
        return new Quote("estimate", price, true);
    }
}
