package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.CallShape;
import dev.resilience.Placement;
import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyKind;
import dev.resilience.configuration.Durations;
import dev.resilience.configuration.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RetryKindTest {

    private final RetryKind kind = new RetryKind();

    @Test
    void isFound() {
        assertThat(ServiceLoader.load(PolicyKind.class)).hasAtLeastOneElementOfType(RetryKind.class);
    }

    @Test
    void saysWhatItIs() {
        assertThat(kind.id()).isEqualTo("retries");
        assertThat(kind.singular()).isEqualTo("retry");
        assertThat(kind.configurationType()).isEqualTo(RetryConfiguration.class);
        assertThat(kind.hasUsefulDefaults()).isTrue();
        assertThat(kind.placementAttributes())
                .containsExactly(new PlacementAttribute("idempotent", PlacementAttribute.Type.FLAG));
    }

    @Test
    void standsBetweenCacheAndBreaker() {
        RetryPolicy policy = new Story("").policy;

        assertThat(kind.places(policy))
                .containsExactly(new PolicyKind.Place("retries", PolicyKind.Order.RETRY, policy));
        assertThat(kind.snapshot(policy).state()).isNull();
    }

    @Test
    void changesThePolicyInPlace() {
        Story story = new Story("");

        kind.reconfigure(story.policy, Story.configuration("max-attempts=1 budget-floor=3"));

        assertThat(story.number("budget-available")).isEqualTo(30);
        assertThat(story.fails(new Exception()).step()).isEqualTo(dev.resilience.Verdict.Step.PROCEED);
    }

    @Test
    void knowsHowLongItMayTake() {
        assertThat(longest("delays=1s,2s", "200ms")).isEqualTo(Duration.ofMillis(3600));
        assertThat(longest("max-attempts=4 delay=1s jitter=none max-delay=3s", "0s"))
                .isEqualTo(Duration.ofSeconds(6));
        assertThat(longest("max-attempts=3 delay=1s jitter=50% strategy=fixed", "0s"))
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(longest("delays=1s,2s,4s max-duration=2s", "1s")).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void takesNoLongerThanOneAttemptWhereTheMethodMustNotBeRepeated() {
        Placement once = Placement.of(Map.of("idempotent", false));

        assertThat(new Story("delays=1s,2s").policy.longest(Duration.ofSeconds(1), once))
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void hedgesNoStreamsAndNothingThatMustNotBeRepeated() {
        RetryConfiguration hedging = Story.configuration("hedge-after=p95");
        Map<String, List<String>> once = Map.of("idempotent", List.of("false"));

        assertThat(kind.misplacements(hedging, site(CallShape.FLUX, once)))
                .extracting(Problem::toString)
                .containsExactly(
                        "hedge-after = 'p95': can't work for Quotes.quote, which gives a stream: once that has begun, nothing"
                                + " of it can be taken back. Leave it out here, or gather the stream in a Mono",
                        "hedge-after = 'p95': would do Quotes.quote twice at once, which must not be repeated. Say"
                                + " 'idempotent = true' if repeating does no harm, take an 'Idempotency-Key' header, or"
                                + " leave it out");
        assertThat(kind.misplacements(hedging, site(CallShape.MONO, Map.of()))).isEmpty();
        assertThat(kind.misplacements(Story.configuration(""), site(CallShape.FLUX, once)))
                .isEmpty();
    }

    private static PolicyKind.Site site(CallShape shape, Map<String, List<String>> placement) {
        return new PolicyKind.Site("Quotes.quote", shape, Object.class, placement);
    }

    private static Duration longest(String configuration, String attempt) {
        Duration longest = new Story(configuration).policy.longest(Durations.parse(attempt), Placement.bare());
        return Duration.ofMillis(Math.round(longest.toNanos() / 1e6));
    }
}
