package dev.resilience.sample.tracking;

import dev.resilience.sample.carrier.Whereabouts;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Tells where parcels are. */
@RestController
public class TrackingController {

    private final TrackingService tracking;

    TrackingController(TrackingService tracking) {
        this.tracking = tracking;
    }

    @GetMapping("/api/v1/parcels/{number}")
    public Whereabouts locate(@PathVariable String number) {
        return tracking.locate(number);
    }
}
