package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.KeyView;
import dev.resilience.PolicyContext;
import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Layers;
import dev.resilience.configuration.ResolvedPolicy;
import dev.resilience.configuration.Setting;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An operator changes limits while calls go on: what was used stays used. */
class ChangedLimitsTest {

    private final ManualTime time = new ManualTime();
    private final RateLimiterKind kind = new RateLimiterKind();
    private final PolicyRegistry registry =
            new PolicyRegistry(List.of(kind), new PolicyContext(time.time(), event -> {}, List.of()));
    private PolicyInstance<RateLimiterConfiguration, RateLimiterPolicy> limiter;

    @Test
    void aRaisedLimitAddsOnlyTheDifference() {
        runs("limits", "10/1m");
        assertThat(allowed("anna")).isEqualTo(10);
        changes("limits", "25/1m");
        assertThat(allowed("anna")).isEqualTo(15);
    }

    @Test
    void aLoweredLimitHoldsAtOnceAndUntilWhatWasUsedHasReturned() {
        runs("limits", "30/1m");
        assertThat(allowed("anna", 20)).isEqualTo(20);
        changes("limits", "5/1m");
        time.advance(Duration.ofSeconds(59));
        assertThat(allowed("anna")).isZero();
        time.advance(Duration.ofSeconds(1));
        assertThat(allowed("anna")).isEqualTo(5);
    }

    @Test
    void aLimitThatIsLoweredAndRaisedAgainHasForgottenNothing() {
        runs("limits", "1000/1m");
        assertThat(allowed("anna", 700)).isEqualTo(700);
        changes("limits", "10/1m");
        assertThat(allowed("anna")).isZero();
        changes("limits", "1000/1m");
        assertThat(allowed("anna")).isEqualTo(300);
    }

    @Test
    void aWindowThatWasAddedSmallAndIsRaisedKnowsWhatWasUsedBeforeIt() {
        runs("limits", "1000/1h");
        assertThat(allowed("anna", 700)).isEqualTo(700);
        changes("limits", "50/1m, 1000/1h");
        assertThat(allowed("anna")).isZero();
        changes("limits", "900/1m, 1000/1h");
        assertThat(allowed("anna")).isEqualTo(200);
    }

    @Test
    void aRemovedWindowNoLongerHoldsAndTheOthersDo() {
        runs("limits", "5/1s, 8/1m");
        assertThat(allowed("anna")).isEqualTo(5);
        changes("limits", "8/1m");
        assertThat(allowed("anna")).isEqualTo(3);
    }

    @Test
    void anOverrideAndATierComeAndGoOverOneState() {
        runs("limits", "10/1m");
        assertThat(allowed("anna")).isEqualTo(10);
        changes("limits", "10/1m", "overrides.anna", "14/1m", "tiers.admin", "12/1m", "key", "#k", "tier", "#t");
        assertThat(used("anna")).isEqualTo(10);
        assertThat(allowed("anna")).isEqualTo(4);
        changes("limits", "10/1m");
        assertThat(allowed("anna")).isZero();
        assertThat(used("anna")).isEqualTo(10);
    }

    @Test
    void whateverIsChangedAnyNumberOfTimesTheLargestLimitIsKept() {
        Random random = new Random(11);
        runs("limits", "1000/1m");
        Twin largest = new Twin(Limits.parse("1000/1m"));
        for (int step = 0; step < 3_000; step++) {
            time.advance(Duration.ofMillis(random.nextInt(1_000)));
            changes(
                    "limits",
                    List.of("1000/1m", "50/1m", "200/1m", "5/1s, 400/1m", "64/1m, 900/1h")
                            .get(random.nextInt(5)));
            int allowed = allowed("anna", random.nextInt(200));
            if (allowed > 0) {
                largest.charge(
                        time.nanos() - (Long.MAX_VALUE - Duration.ofSeconds(5).toNanos()) + 1, allowed);
            }
        }
        assertThat(largest.keepsEveryWindow()).isTrue();
    }

    private void runs(String... texts) {
        limiter = registry.add(kind, resolved(texts));
    }

    private void changes(String... texts) {
        limiter.reconfigure(resolved(texts));
    }

    private ResolvedPolicy<RateLimiterConfiguration> resolved(String... texts) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (int index = 0; index < texts.length; index += 2) {
            settings.put(texts[index], Setting.of(texts[index + 1], "test"));
        }
        return new Catalog(List.of(kind), new Layers().policy(kind.id(), "test", settings)).resolve(kind, "test");
    }

    private int allowed(String key) {
        return allowed(key, Integer.MAX_VALUE);
    }

    private int allowed(String key, int most) {
        int allowed = 0;
        while (allowed < most && limiter.state().admit(new FakeCall(time).key(key)) instanceof Admission.Proceed) {
            allowed++;
        }
        return allowed;
    }

    private long used(String key) {
        KeyView view = limiter.key(key, null).orElseThrow();
        return (long) ((Map<?, ?>) ((List<?>) view.details().get("windows")).get(0)).get("used");
    }
}
