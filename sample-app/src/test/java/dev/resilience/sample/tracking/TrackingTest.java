package dev.resilience.sample.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.resilience.PolicyRegistry;
import dev.resilience.recovery.IsolatedException;
import dev.resilience.sample.carrier.Faults;
import dev.resilience.sample.carrier.FlakyCarrier;
import dev.resilience.sample.carrier.Whereabouts;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.web.client.HttpClientErrorException.TooManyRequests;

/** With a cache that hardly ever has a fresh answer, and sessions that may be begun as often as they are forgotten. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "carrier.port=0",
            "resilience.caches.tracking.ttl=1ms",
            "resilience.caches.tracking.stale-while-revalidate=1ns",
            "resilience.recoveries.tracking.restart-pause=1ms",
            "resilience.timeouts.tracking.timeout=30s"
        })
class TrackingTest {

    private static final int READERS = 16;

    @Autowired
    private TrackingService tracking;

    @Autowired
    private FlakyCarrier carrier;

    @Autowired
    private PolicyRegistry policies;

    /** Every parcel is asked for once, unless a story says otherwise. */
    private static int parcels;

    @BeforeEach
    void begin() {
        carrier.misbehave(Faults.NONE);
        await().until(() -> "READY"
                .equals(policies.find("recoveries", "tracking")
                        .orElseThrow()
                        .snapshot()
                        .state()));
        tracking.locate(parcel());
    }

    @Test
    void aSessionThatTheCarrierForgotIsBegunAnewOnceForAllWhoWait() {
        long begun = carrier.sessions();
        carrier.misbehave(Faults.FORGETFUL);

        List<CompletableFuture<Whereabouts>> readers = IntStream.range(0, READERS)
                .mapToObj(reader -> parcel())
                .map(parcel ->
                        CompletableFuture.supplyAsync(() -> tracking.locate(parcel), task -> new Thread(task).start()))
                .toList();

        assertThat(readers).allMatch(reader -> reader.join() != null);
        assertThat(carrier.sessions() - begun).isEqualTo(1);
    }

    @Test
    void aSlowReadGetsASecondOneBesideIt() {
        long asked = carrier.lookups();
        carrier.misbehave(Faults.slow(1));

        assertThat(tracking.locate(parcel())).isNotNull();
        assertThat(carrier.lookups() - asked).isEqualTo(2);
    }

    @Test
    void whereAParcelWasIsBetterThanNothing() {
        String parcel = parcel();
        Whereabouts known = tracking.locate(parcel);
        carrier.misbehave(Faults.failing(1, 0));

        assertThat(tracking.locate(parcel)).isEqualTo(known);
    }

    @Test
    void aCarrierThatIsAskedTooMuchIsLeftAloneForAWhile() {
        carrier.misbehave(Faults.rateLimiting(60));
        assertThatExceptionOfType(TooManyRequests.class).isThrownBy(() -> tracking.locate(parcel()));
        long asked = carrier.lookups();

        assertThatExceptionOfType(IsolatedException.class)
                .isThrownBy(() -> tracking.locate(parcel()))
                .satisfies(refusal -> assertThat(refusal.retryAfter()).isNotNull());
        assertThat(carrier.lookups()).isEqualTo(asked);
    }

    private static String parcel() {
        return "N-" + ++parcels;
    }
}
