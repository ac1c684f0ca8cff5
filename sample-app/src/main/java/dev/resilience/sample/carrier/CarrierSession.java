package dev.resilience.sample.carrier;

import dev.resilience.recovery.Restartable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/**
 * Our session with the carrier, which forgets it now and then. Nobody looks after it: a recovery begins a new one when the
 * carrier says that it doesn't know us, once for all who wait.
 */
@Component
class CarrierSession implements Restartable {

    private final RestClient carrier;
    private volatile String token = "none";

    CarrierSession(RestClient.Builder builder, FlakyCarrier carrier) {
        this.carrier = builder.clone().baseUrl(carrier.url()).build();
    }

    @Override
    public void restart() {
        token = carrier.post()
                .uri("/sessions")
                .retrieve()
                .requiredBody(Sessions.Session.class)
                .token();
    }

    void identify(HttpHeaders headers) {
        headers.set(Sessions.HEADER, token);
    }
}
