package dev.resilience.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.resilience.CallShape;
import dev.resilience.PolicyKind;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RateLimiterConfigurationTest {

    private final RateLimiterKind kind = new RateLimiterKind();

    @Test
    void hasNoDefaultLimit() {
        assertThat(problems(Map.of())).extracting(Problem::property).containsExactly("limits");
        assertThat(kind.hasUsefulDefaults()).isFalse();
    }

    @Test
    void everythingElseHasADefault() {
        RateLimiterConfiguration configuration = configuration(Map.of("limits", "60/1m, 1000/1h"));
        assertThat(configuration.maxWait()).isEqualTo(Duration.ZERO);
        assertThat(configuration.maxKeys()).isEqualTo(1_000_000);
        assertThat(configuration.algorithm()).isEqualTo(Algorithm.SLIDING_WINDOW);
        assertThat(configuration.key()).isNull();
        assertThat(configuration.tiers()).isEmpty();
    }

    @Test
    void allProblemsAreToldTogether() {
        assertThat(problems(Map.of(
                        "limits",
                        "60/1m",
                        "max-wait",
                        "-1s",
                        "max-keys",
                        "0",
                        "cost",
                        "61",
                        "overrides.a",
                        "no limit")))
                .extracting(Problem::property)
                .contains("max-wait", "max-keys", "cost", "overrides.a");
    }

    @Test
    void anUnknownAlgorithmNamesThoseThatExist() {
        assertThat(problems(Map.of("limits", "60/1m", "algorithm", "leaky-bucket")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("sliding-window"));
    }

    @Test
    void aTokenBucketNeedsABurstForEachOfItsLimits() {
        assertThat(problems(Map.of("limits", "60/1m", "algorithm", "token-bucket")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("is required", "token-bucket"));
        assertThat(problems(Map.of("limits", "6/1s, 60/1m", "algorithm", "token-bucket", "burst", "3")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("each of the 2 limits"));
        assertThat(problems(Map.of("limits", "6/1s", "algorithm", "token-bucket", "burst", "0")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("at least 1"));
        assertThat(problems(
                        Map.of("limits", "6/1s", "algorithm", "token-bucket", "burst", "3", "tiers.a", "9/1s, 60/1m")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("no window of 1m"));
        assertThat(problems(Map.of("limits", "60/1m", "algorithm", "token-bucket", "burst", "5", "cost", "6")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("more than 5/1m ever allows"));
        assertThat(problems(Map.of("limits", "60/1m", "burst", "5")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("no effect"));
    }

    @Test
    void aFixedWindowIsOneThatACalendarHas() {
        assertThat(problems(
                        Map.of("limits", "6/7m", "algorithm", "fixed-window", "zone", "Mars/Base", "max-wait", "1s")))
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem.reason()).contains("divides a day"))
                .anySatisfy(problem -> assertThat(problem.reason()).contains("time zone"))
                .anySatisfy(problem -> assertThat(problem.reason()).contains("must be 0"));
        assertThat(problems(Map.of("limits", "6/30d", "algorithm", "fixed-window")))
                .hasSize(1);
        configuration(Map.of("limits", "6/8h, 7/1d, 8/7d", "algorithm", "fixed-window", "zone", "Europe/Berlin"));
    }

    @Test
    void anOverrideThatMakesAnInheritedWindowUselessIsAnError() {
        assertThat(problems(Map.of("limits", "60/1m, 1000/1h", "overrides.big", "2000/1m")))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.reason()).contains("1000/1h").contains("2000/1m"));
        assertThat(problems(Map.of("limits", "60/1m, 1000/1h", "tiers.big", "2000/1m")))
                .hasSize(1);
    }

    @Test
    void overridesReplaceWindowsOfEqualLength() {
        RateLimiterConfiguration configuration = configuration(Map.of(
                "limits", "60/1m, 1000/1h", "tiers.admin", "200/60s", "overrides.agent-123", "120/1m, 20000/1d"));
        assertThat(configuration.limitsFor("admin", null)).hasToString("200/1m, 1000/1h");
        assertThat(configuration.limitsFor("admin", "agent-123")).hasToString("120/1m, 1000/1h, 20000/1d");
        assertThat(configuration.limitsFor(null, "other")).hasToString("60/1m, 1000/1h");
    }

    @Test
    void aWaitThatWouldHoardReservationsIsAnError() {
        assertThat(problems(Map.of("limits", "5/1ms", "max-wait", "2s")))
                .extracting(Problem::property)
                .containsExactly("max-wait");
        assertThat(configuration(Map.of("limits", "5/1ms", "max-wait", "1s")).maxWait())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aWaitThatOutlastsEverybodyIsAnError() {
        assertThat(problems(Map.of("limits", "1/3650d", "max-wait", "100000d")))
                .extracting(Problem::property)
                .containsExactly("max-wait");
    }

    @Test
    void aCostThatATierNeverAllowsIsAnError() {
        assertThat(problems(Map.of("limits", "60/1m", "tiers.viewer", "3/1m", "cost", "5")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).isEqualTo("is more than 3/1m ever allows"));
    }

    @Test
    void tiersThatDifferOnlyInCaseAreAnError() {
        assertThat(problems(Map.of("limits", "60/1m", "tiers.admin", "90/1m", "tiers.Admin", "80/1m")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).contains("only in case"));
    }

    @Test
    void aConstantCostThatLimitsNobodyIsAnError() {
        assertThat(problems(Map.of("limits", "60/1m", "cost", "0")))
                .extracting(Problem::property)
                .containsExactly("cost");
    }

    @Test
    void aCostOnTheMethodIsCheckedAgainstTheLimits() {
        RateLimiterConfiguration configuration = configuration(Map.of("limits", "60/1m"));
        assertThat(kind.misplacements(configuration, site(Map.of("cost", List.of("61")))))
                .extracting(Problem::property)
                .containsExactly("cost");
        assertThat(kind.misplacements(configuration, site(Map.of("cost", List.of("#size")))))
                .isEmpty();
    }

    @Test
    void whatLooksLikeLimitsIsTakenForLimits() {
        assertThat(kind.shorthand("60/1m")).contains("limits");
        assertThat(kind.shorthand("60/1m, 1000/1h")).contains("limits");
        assertThat(kind.shorthand("60/1x")).contains("limits");
        assertThat(kind.shorthand("agents")).isEmpty();
        assertThat(kind.shorthand("agents/eu")).isEmpty();
    }

    @Test
    void overridesWithoutAKeyAndTiersWithoutATierAreMisplaced() {
        RateLimiterConfiguration configuration =
                configuration(Map.of("limits", "60/1m", "tiers.a", "30/1m", "overrides.b", "90/1m"));
        assertThat(kind.misplacements(configuration, site(Map.of())))
                .extracting(Problem::property)
                .containsExactly("overrides", "tiers");
        assertThat(kind.misplacements(configuration, site(Map.of("key", List.of("#id"), "tier", List.of("#tier")))))
                .isEmpty();
    }

    @Test
    void theKindIsFoundByItsServiceFile() {
        assertThat(ServiceLoader.load(PolicyKind.class)).hasAtLeastOneElementOfType(RateLimiterKind.class);
    }

    private static PolicyKind.Site site(Map<String, List<String>> placement) {
        return new PolicyKind.Site("Test.operation", CallShape.BLOCKING, String.class, placement);
    }

    private static RateLimiterConfiguration configuration(Map<String, String> texts) {
        return Configurations.of(RateLimiterConfiguration.class, texts);
    }

    private static List<Problem> problems(Map<String, String> texts) {
        return catchThrowableOfType(ResilienceConfigurationException.class, () -> configuration(texts))
                .problems();
    }
}
