package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyInstance;
import dev.resilience.PolicyRegistry;
import dev.resilience.Resilience;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Catalog;
import dev.resilience.configuration.Problem;
import dev.resilience.configuration.ResolvedPolicy.Shown;
import dev.resilience.configuration.Setting;
import dev.resilience.execution.Stage;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import dev.resilience.spring.config.ResilienceProperties;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

class ConfigurationLayersTest {

    @Test
    void yamlIsStrongerThanTheAnnotationAndThatIsStrongerThanDefaults() {
        Starters.with(Annotated.class)
                .withPropertyValues(
                        "resilience.defaults.bulkheads.max-concurrent=1",
                        "resilience.defaults.bulkheads.max-waiting=3",
                        "resilience.bulkheads.[Annotated.call].max-wait=2s")
                .run(context -> assertThat(view(context, "bulkheads", "Annotated.call"))
                        .containsEntry("max-concurrent", new Shown("5", "5", "annotation Annotated#call"))
                        .containsEntry("max-waiting", new Shown("3", "3", "defaults"))
                        .hasEntrySatisfying("max-wait", shown -> assertThat(shown.effective())
                                .isEqualTo("2s")));
    }

    static class Annotated {
        @Bulkhead(maxConcurrent = "5", maxWait = "1s")
        public void call() {}
    }

    @Test
    void placeholdersInAttributesAreResolved() {
        Starters.with(Placeholder.class).withPropertyValues("seats=7").run(context -> assertThat(
                        view(context, "bulkheads", "seven")
                                .get("max-concurrent")
                                .effective())
                .isEqualTo("7"));
    }

    @Test
    void aPlaceholderThatCantBeResolvedFailsTheStart() {
        assertProblems(Starters.with(Placeholder.class), "the placeholder can't be resolved");
    }

    static class Placeholder {
        @Bulkhead(name = "${bulkhead:seven}", maxConcurrent = "${seats}")
        public void call() {}
    }

    @Test
    void aConfiguredNameIsANameThoughItLooksLikeSomethingElse() {
        Starters.with(TwoSeconds.class)
                .withPropertyValues("resilience.timeouts.2s.timeout=3s")
                .run(context -> assertThat(context.getBean(PolicyRegistry.class).all("timeouts"))
                        .containsOnlyKeys("2s"));
    }

    static class TwoSeconds {
        @Timeout("2s")
        public void call() {}
    }

    @Test
    void twoMethodsMayNotContradictEachOtherAboutOnePolicy() {
        assertProblems(Starters.with(Contradicting.class), "contradicts '1' (annotation Contradicting#one)");
    }

    static class Contradicting {
        @Bulkhead(name = "shared", maxConcurrent = "1")
        public void one() {}

        @Bulkhead(name = "shared", maxConcurrent = "2")
        public void two() {}
    }

    @Test
    void aBeanKnownLateCompletesAPolicyThatIsThere() {
        Starters.with(Shared.class, LateBeans.class).run(context -> assertThat(view(context, "bulkheads", "shared")
                        .get("max-concurrent")
                        .effective())
                .isEqualTo("3"));
    }

    @Test
    void whatAnOperatorChangedOutlastsABeanThatCompletesThePolicy() {
        Starters.with(Shared.class, LazyBeans.class).run(context -> {
            override(context, "bulkheads", "shared", "max-wait", "7s");

            context.getBean(Runnable.class);

            assertThat(view(context, "bulkheads", "shared").get("max-wait").effective())
                    .isEqualTo("7s");
            assertThat(view(context, "bulkheads", "shared")
                            .get("max-concurrent")
                            .effective())
                    .isEqualTo("3");
        });
    }

    private static void override(ApplicationContext context, String kind, String name, String knob, String value) {
        override(
                context.getBean(PolicyRegistry.class).find(kind, name).orElseThrow(),
                context.getBean(ResilienceProperties.class).catalog(),
                Map.of(knob, Setting.of(value, "override (operator, for good)")));
    }

    private static <C extends Record> void override(
            PolicyInstance<C, ?> policy, Catalog catalog, Map<String, Setting> settings) {
        policy.reconfigure(catalog.resolve(policy.kind(), policy.name(), settings));
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyBeans {
        @Bean
        @Lazy
        Runnable late() {
            return new Late();
        }
    }

    static class Shared {
        @Bulkhead("shared")
        public void call() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class LateBeans {
        @Bean
        Runnable late() {
            return new Late();
        }
    }

    static class Late implements Runnable {
        @Override
        @Bulkhead(name = "shared", maxConcurrent = "3")
        public void run() {}
    }

    @Test
    void aNameBesideABareValueIsTheName() {
        Starters.with(NamedAndShort.class).run(context -> assertThat(
                        view(context, "timeouts", "search").get("timeout").effective())
                .isEqualTo("2s"));
    }

    static class NamedAndShort {
        @Timeout(name = "search", value = "2s")
        public void call() {}
    }

    @Test
    void keysMayDifferFromMethodToMethod() {
        Starters.with(Keys.class).run(context -> {
            Keys keys = context.getBean(Keys.class);
            keys.one("a");
            keys.two(1, "b");

            assertThatThrownBy(() -> keys.two(2, "a")).isInstanceOf(RejectedExecutionException.class);
        });
    }

    static class Keys {
        @RateLimited(name = "agents", limits = "1/1h", key = "#agent")
        public void one(String agent) {}

        @RateLimited(name = "agents", key = "#who")
        public void two(int number, String who) {}
    }

    @Test
    void yamlIsStrongerThanTheAnnotationForWhatBelongsToTheMethodToo() {
        Starters.with(Valued.class)
                .withPropertyValues("resilience.fallbacks.price.value=2")
                .run(context ->
                        assertThat(context.getBean(Valued.class).price()).isEqualTo(2));
        Starters.with(Valued.class)
                .withPropertyValues("resilience.defaults.fallbacks.value=3")
                .run(context ->
                        assertThat(context.getBean(Valued.class).price()).isEqualTo(1));
    }

    static class Valued {
        @Fallback(name = "price", returning = "1")
        public int price() {
            throw new IllegalStateException("down");
        }
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        Starters.with(Wrong.class)
                .withPropertyValues("resilience.retries.upstream.max-attempts=none", "resilience.bulkhaeds.x.base=y")
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOfSatisfying(
                                ResilienceConfigurationException.class, refused -> assertThat(refused.problems())
                                        .extracting(Problem::property)
                                        .contains(
                                                "resilience.bulkhaeds.x.base",
                                                "resilience.retries.upstream.max-attempts",
                                                "resilience.bulkheads[Wrong.seats].max-concurrent",
                                                "resilience.fallbacks[Wrong.fallback].method",
                                                "resilience.rate-limiters[Wrong.key].key",
                                                "resilience.rate-limiters.unlimited")));
    }

    static class Wrong {
        @Bulkhead(maxConcurrent = "-1")
        public void seats() {}

        @Fallback("missing")
        public void fallback() {}

        @RateLimited(limits = "1/1s", key = "#nobody")
        public void key(String somebody) {}

        @RateLimited("unlimited")
        public void unlimited() {}
    }

    @Test
    void whatIsWrongWithThePolicyHidesNothingThatIsWrongWithItsPlace() {
        Starters.with(WrongTwice.class).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOfSatisfying(
                        ResilienceConfigurationException.class, refused -> assertThat(refused.problems())
                                .extracting(Problem::property)
                                .containsExactlyInAnyOrder(
                                        "resilience.bulkheads[WrongTwice.call].max-wait",
                                        "resilience.bulkheads[WrongTwice.call].key",
                                        "resilience.bulkheads[WrongTwice.call].priority",
                                        "resilience.timeouts[WrongTwice.call].timeout",
                                        "resilience.timeouts[WrongTwice.call].value")));
    }

    static class WrongTwice {
        @Bulkhead(maxWait = "5", key = "#nobody", priority = "urgent")
        @Timeout(timeout = "soon", returning = "many")
        public int call(String somebody) {
            return 0;
        }
    }

    @Test
    void aMistypedRateLimiterIsFatalAndTheNearestNameIsTold() {
        assertProblems(
                Starters.with(Mistyped.class).withPropertyValues("resilience.rate-limiters.agents.limits=1/1s"),
                "Did you mean 'agents'?");
    }

    static class Mistyped {
        @RateLimited("agnets")
        public void call() {}
    }

    @Test
    void aNameNobodyConfiguredRunsOnLibraryDefaultsAndIsInformation() {
        Starters.with(Unknown.class)
                .run(context -> assertThat(findings(context)).containsExactly("INFO unknown-policy"));
    }

    @Test
    void aNameCloseToAConfiguredOneIsAWarning() {
        Starters.with(Unknown.class)
                .withPropertyValues("resilience.retries.upstraem.max-attempts=2")
                .run(context -> assertThat(findings(context))
                        .containsExactly("WARNING unknown-policy", "WARNING unused-policy"));
    }

    @Test
    void aNameNobodyConfiguredFailsAStrictStart() {
        assertProblems(
                Starters.with(Unknown.class).withPropertyValues("resilience.strict=true"),
                "has no settings of its own");
    }

    static class Unknown {
        @Retryable("upstream")
        public void call() {}
    }

    @Test
    void whatOthersInheritFromIsUsed() {
        Starters.with(Unknown.class)
                .withPropertyValues(
                        "resilience.retries.upstream.base=patient",
                        "resilience.retries.patient.base=careful",
                        "resilience.retries.careful.max-attempts=2")
                .run(context -> assertThat(findings(context)).isEmpty());
    }

    @Test
    void whatOneMethodSaysOfAPolicyIsKnownToThoseBeforeIt() {
        Starters.with(Sharing.class)
                .withPropertyValues("resilience.strict=true")
                .run(context -> assertThat(findings(context)).isEmpty());
    }

    static class Sharing {
        @Bulkhead("upstream")
        @Timeout("upstream")
        public void before() {}

        @Bulkhead(name = "upstream", maxConcurrent = "3")
        @Timeout(name = "upstream", timeout = "2s")
        public void described() {}

        @Bulkhead("upstream")
        @Timeout("upstream")
        public void later() {}
    }

    @Test
    void inShadowNothingIsEnforcedAndEverythingCounted() {
        Starters.with(Limited.class)
                .withPropertyValues("resilience.rate-limiters.calls.shadow=true")
                .run(context -> {
                    context.getBean(Limited.class).call();
                    context.getBean(Limited.class).call();

                    assertThat(context.getBean(PolicyRegistry.class)
                                    .find("rate-limiters", "calls")
                                    .orElseThrow()
                                    .tally()
                                    .wouldHave())
                            .isEqualTo(1);
                });
    }

    @Test
    void aPolicyThatIsSwitchedOffLetsEverythingPass() {
        Starters.with(Limited.class)
                .withPropertyValues("resilience.rate-limiters.calls.enabled=false")
                .run(context -> {
                    context.getBean(Limited.class).call();
                    context.getBean(Limited.class).call();
                });
    }

    @Test
    void withEverythingSwitchedOffGuardsLetCallsPassAndTheConfigurationIsValidatedStill() {
        Starters.with(Limited.class)
                .withPropertyValues("resilience.enabled=false")
                .run(context -> {
                    context.getBean(Limited.class).call();
                    context.getBean(Limited.class).call();
                });
        assertProblems(
                Starters.with(Contradicting.class).withPropertyValues("resilience.enabled=false"), "contradicts");
    }

    static class Limited {
        @RateLimited(name = "calls", limits = "1/1h")
        public void call() {}
    }

    @Test
    void aPipelineByNameGuardsAMethodInItsOrder() {
        Starters.with(Piped.class)
                .withPropertyValues(
                        "resilience.pipelines.ml.retries=ml",
                        "resilience.pipelines.ml.rate-limiters=ml",
                        "resilience.pipelines.ml.order=rate-limiters,retries",
                        "resilience.rate-limiters.ml.limits=1/1h",
                        "resilience.retries.ml.delay=1ms")
                .run(context -> {
                    assertThat(order(context)).containsExactly("rate-limiters", "retries");
                    assertThat(context.getBean(Piped.class).call()).isEqualTo(2);
                    assertThatThrownBy(() -> context.getBean(Resilience.class)
                                    .pipeline("ml")
                                    .call(() -> "x"))
                            .isInstanceOf(RejectedExecutionException.class);
                });
    }

    static class Piped {
        private int calls;

        @Resilient("ml")
        public int call() {
            if (++calls < 2) {
                throw new IllegalStateException("not yet");
            }
            return calls;
        }
    }

    @Test
    void anUnknownPipelineIsFatalAndTheNearestNameIsTold() {
        assertProblems(
                Starters.with(Piped.class).withPropertyValues("resilience.pipelines.mll.retries=x"),
                "Did you mean 'mll'?");
    }

    @Test
    void theSameKindInThePipelineAndOnTheMethodIsAnError() {
        assertProblems(
                Starters.with(Twice.class)
                        .withPropertyValues(
                                "resilience.pipelines.ml.retries=ml", "resilience.retries.ml.max-attempts=2"),
                "Keep one of the two");
    }

    static class Twice {
        @Resilient("ml")
        @Retryable
        public void call() {}
    }

    @Test
    void theOrderOfAMethodsPoliciesCanBeGiven() {
        Starters.with(Ordered.class)
                .run(context -> assertThat(order(context)).containsExactly("fallbacks", "bulkheads", "retries"));
    }

    static class Ordered {
        @Resilient(order = {"bulkheads", "retries"})
        @Retryable
        @Bulkhead
        @Fallback(returning = "0")
        public int call() {
            return 1;
        }
    }

    @Test
    void anOrderMayBeOneTextAsInYaml() {
        Starters.with(OrderedByOneText.class)
                .run(context -> assertThat(order(context)).containsExactly("bulkheads", "retries"));
    }

    static class OrderedByOneText {
        @Resilient(order = "bulkheads, retries")
        @Retryable
        @Bulkhead
        public void call() {}
    }

    @Test
    void anOrderOfPlacesThatAreNotThereIsRefused() {
        assertProblems(Starters.with(Misordered.class), "Did you mean 'retries'?");
    }

    static class Misordered {
        @Resilient(order = "retrys")
        @Retryable
        public void call() {}
    }

    @Test
    void whoeverOrdersOneOfAKindIsToldWhatTheKindIsCalled() {
        assertProblems(
                Starters.with(OrderedByOne.class),
                "order = 'retry' (OrderedByOne.call): there is no place 'retry'. Did you mean 'retries'?");
        ApplicationContextRunner withPipeline =
                Starters.with().withPropertyValues("resilience.pipelines.ml.retries=ml");
        assertProblems(
                withPipeline.withPropertyValues("resilience.pipelines.ml.order=retry"),
                "resilience.pipelines.ml.order = 'retry' (test): there is no stage 'retry'. Did you mean 'retries'?");
        assertProblems(
                withPipeline.withPropertyValues("resilience.pipelines.ml.retry=ml"),
                "there is no kind 'retry'. Did you mean 'retries'?");
    }

    static class OrderedByOne {
        @Resilient(order = "retry")
        @Retryable
        public void call() {}
    }

    @Test
    void theDoorKnowsTheNearestName() {
        Starters.with()
                .withPropertyValues("resilience.pipelines.ml.bulkheads=ml", "resilience.bulkheads.ml.max-concurrent=1")
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(Resilience.class).pipeline("mll"))
                        .hasMessageContaining("did you mean 'ml'?"));
    }

    private static void assertProblems(ApplicationContextRunner runner, String text) {
        runner.run(context -> assertThat(context.getStartupFailure())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining(text));
    }

    private static Map<String, Shown> view(ApplicationContext context, String kind, String name) {
        return context.getBean(PolicyRegistry.class)
                .find(kind, name)
                .orElseThrow()
                .resolved()
                .view();
    }

    private static List<String> findings(ApplicationContext context) {
        return context.getBean(Findings.class).all().stream()
                .map(finding -> finding.level() + " " + finding.code())
                .toList();
    }

    private static List<String> order(ApplicationContext context) {
        return context.getBean(Guards.class).methods().get(0).pipeline().stages().stream()
                .map(Stage::place)
                .toList();
    }
}
