package dev.resilience.sample.demo;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Tells the story of retries inside retries. */
@RestController
public class RetryStormController {

    private final RetryStorm storm;

    RetryStormController(RetryStorm storm) {
        this.storm = storm;
    }

    /** Takes as long as the carrier is down, and a dozen seconds more. */
    @PostMapping("/demo/retry-storm")
    public RetryStormReport rage(
            @RequestParam(defaultValue = "10") int seconds, @RequestParam(defaultValue = "true") boolean breaker)
            throws InterruptedException {
        return storm.rage(Math.max(1, Math.min(seconds, 300)), breaker);
    }
}
