package dev.resilience.sample.quotes;

import dev.resilience.sample.carrier.Parcel;
import dev.resilience.spring.annotation.RateLimited;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Quotes for agents, each within its own limits. */
@RestController
public class QuoteController {

    private final QuoteService quotes;

    QuoteController(QuoteService quotes) {
        this.quotes = quotes;
    }

    /** The limit is out here: an agent pays for a request, not for the retries behind it. */
    @PostMapping("/api/v1/quotes")
    @RateLimited(name = "agents", key = "#agentId")
    public Quote quote(@RequestHeader("X-API-Key") String agentId, @RequestBody Parcel parcel) {
        return quotes.quote(parcel);
    }
}
