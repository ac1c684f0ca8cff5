package dev.resilience.sample.tracking;

import dev.resilience.sample.carrier.CarrierClient;
import dev.resilience.sample.carrier.Whereabouts;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.Recovery;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import org.springframework.stereotype.Service;

/** Asks the carrier where parcels are, and remembers what it said. */
@Service
public class TrackingService {

    private final CarrierClient carrier;

    TrackingService(CarrierClient carrier) {
        this.carrier = carrier;
    }

    /**
     * Where a parcel is. Beside a request that is slow there is a second one; a session that the carrier has forgotten is
     * begun anew, once for all who wait; one that is told to slow down asks nothing for a while. Whatever fails then, where the
     * parcel was an hour ago is better than nothing.
     */
    @Fallback(lastGood = "1h")
    @Cached("tracking")
    @Recovery("tracking")
    @Retryable("tracking")
    @Timeout("tracking")
    public Whereabouts locate(String number) {
        return carrier.locate(number);
    }
}
