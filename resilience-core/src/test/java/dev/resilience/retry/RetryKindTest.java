package dev.resilience.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PlacementAttribute;
import dev.resilience.PolicyKind;
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
}
