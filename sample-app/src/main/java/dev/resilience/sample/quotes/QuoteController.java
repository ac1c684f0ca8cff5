package dev.resilience.sample.quotes;

import dev.resilience.sample.carrier.Parcel;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Quotes for agents, each within its own limits. */
@RestController
public class QuoteController {

    private final QuoteService quotes;

    QuoteController(QuoteService quotes) {
        this.quotes = quotes;
    }

    /** An agent's limit is a rule for its requests: it pays for one of them, not for the retries behind it. */
    @PostMapping("/api/v1/quotes")
    public Quote quote(@RequestBody Parcel parcel) {
        return quotes.quote(parcel);
    }
}
