package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.time.ManualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvidenceTest {

    private final ManualTime time = new ManualTime();

    static Stream<Map<String, String>> limits() {
        return Stream.of(
                Map.of("limits", "3/1s, 5/10s"),
                Map.of("limits", "3/1s, 200/7s, 1000/1m"),
                Map.of("limits", "70/6s", "max-wait", "500ms"),
                Map.of("limits", "4/1s, 9/5s", "algorithm", "token-bucket", "burst", "4, 9"),
                Map.of("limits", "3/1s, 20/1m", "algorithm", "fixed-window"));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void tellsLongAfterwardsWhatItWouldHaveToldAtOnce(Map<String, String> limits) {
        assertToldAlike(new Neighbourhood(time, limiter(limits)), new Neighbourhood(time, limiter(limits)), 1);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void tellsTheSameOfARefusalByOneOfTwo(Map<String, String> limits) {
        assertToldAlike(besideAnother(limits), besideAnother(limits), 2);
    }

    @Test
    void isToldOnceAndNotChangedByWhatIsRefundedSince() {
        Neighbourhood limiter = new Neighbourhood(time, limiter(Map.of("limits", "100/1m")));
        Neighbourhood.Visit visit = limiter.ask(List.of("anna"), 100);
        RateLimitedException refusal = limiter.ask(List.of("anna"), 1).refusal();
        visit.cancel();
        time.advance(Duration.ofHours(1));
        assertThat(refusal.remaining()).isZero();
        assertThat(refusal.usage().tightest().used()).isEqualTo(100);
        assertThat(refusal.usage()).isSameAs(refusal.usage());
    }

    @Test
    void whatNobodyAskedForIsToldAfterSerialization() throws Exception {
        RateLimiterPolicy limiter = limiter(Map.of("limits", "100/1m"));
        new Neighbourhood(time, limiter).ask(List.of("anna"), 100);
        RateLimitedException refusal =
                new Neighbourhood(time, limiter).ask(List.of("anna"), 2).refusal();
        RateLimitedException copy = serialized(refusal);
        assertThat(told(copy)).isEqualTo(told(refusal));
        assertThat(copy.violated()).containsExactly(Limit.parse("100/1m"));
        assertThat(copy.key()).isNull();
    }

    private void assertToldAlike(Neighbourhood asked, Neighbourhood unasked, int limiters) {
        Random random = new Random(4711);
        List<String> atOnce = new ArrayList<>();
        List<RateLimitedException> later = new ArrayList<>();
        for (int call = 0; call < 2_000; call++) {
            List<String> keys = List.of("key" + random.nextInt(3), "other").subList(0, limiters);
            long[] costs = {1 + random.nextInt(call % 50 == 0 ? 12 : 3), 1};
            RateLimitedException refusal = asked.ask(keys, costs).refusal();
            RateLimitedException same = unasked.ask(keys, costs).refusal();
            if (refusal != null) {
                atOnce.add(told(refusal));
                later.add(same);
            }
            turn(random);
        }
        assertThat(atOnce).hasSizeGreaterThan(100);
        assertThat(later).extracting(EvidenceTest::told).containsExactlyElementsOf(atOnce);
    }

    /** Time goes on, and now and then the tick stands still meanwhile. */
    private void turn(Random random) {
        if (random.nextInt(8) == 0) {
            time.holdTick();
        }
        time.advanceNanos(random.nextLong(100_000_000));
        if (random.nextInt(4) == 0) {
            time.releaseTick();
        }
    }

    private Neighbourhood besideAnother(Map<String, String> limits) {
        return new Neighbourhood(time, limiter(limits), limiter(Map.of("limits", "50/5s", "max-wait", "1s")));
    }

    private RateLimiterPolicy limiter(Map<String, String> limits) {
        return Neighbourhood.limiter(time, "limiter", limits);
    }

    private static String told(RateLimitedException refusal) {
        return refusal.getMessage() + refusal.limit() + refusal.remaining() + refusal.reset() + refusal.usage();
    }

    private static RateLimitedException serialized(RateLimitedException refusal) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ObjectOutputStream(bytes).writeObject(refusal);
        return (RateLimitedException) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    }
}
