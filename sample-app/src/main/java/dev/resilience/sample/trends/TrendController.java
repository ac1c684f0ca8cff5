package dev.resilience.sample.trends;

import dev.resilience.spring.annotation.Cached;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Trends by category. */
@RestController
public class TrendController {

    private final TrendService trends;

    TrendController(TrendService trends) {
        this.trends = trends;
    }

    /** Computed once for any number of callers, who are told how old it is and whether they have it already. */
    @GetMapping("/api/v1/trends/{category}")
    @Cached("trends")
    public Trend trend(@PathVariable String category) {
        return trends.trend(category);
    }
}
