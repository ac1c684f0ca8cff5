package dev.resilience.sample.tracking;

import dev.resilience.sample.carrier.Whereabouts;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClientException;

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

    /** What is left when nobody knows: whose fault it is. */
    @ExceptionHandler
    ProblemDetail unknown(RestClientException failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_GATEWAY, "the carrier doesn't tell where the parcel is");
    }
}
