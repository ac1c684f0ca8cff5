package dev.resilience.sample.trends;

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

    @GetMapping("/api/v1/trends/{category}")
    public Trend trend(@PathVariable String category) {
        return trends.trend(category);
    }
}
