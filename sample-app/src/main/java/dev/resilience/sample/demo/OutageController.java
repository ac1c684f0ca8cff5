package dev.resilience.sample.demo;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the story of an outage. */
@RestController
public class OutageController {

    private final Outage outage;

    OutageController(Outage outage) {
        this.outage = outage;
    }

    /** Takes as long as the circuit breaker waits, and a few seconds more. */
    @PostMapping("/demo/outage")
    public Outage.Report happen() throws InterruptedException {
        return outage.happen();
    }
}
