package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Cached;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.guard.stray.Stray;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.web.bind.annotation.PostMapping;

@ExtendWith(OutputCaptureExtension.class)
class FindingsOfAStartTest {

    @Test
    void methodsThatNoProxyReachesAreErrors() {
        Starters.with(Unreachable.class).run(context -> assertThat(codes(context))
                .contains("ERROR final-method", "ERROR private-method", "ERROR static-method"));
    }

    @Test
    void errorsFailAStrictStartAllTogether() {
        Starters.with(Unreachable.class)
                .withPropertyValues("resilience.strict=true")
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOfSatisfying(
                                ResilienceConfigurationException.class,
                                refused -> assertThat(refused.problems()).hasSize(3)));
    }

    @Test
    void whatGuardsAllTheSameFailsNoStrictStart() {
        Starters.with(Calling.class)
                .withPropertyValues("resilience.strict=true")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aNameNobodyConfiguredFailsAStrictStart() {
        Starters.with(Naming.class).withPropertyValues("resilience.strict=true").run(context -> assertThat(
                        context.getStartupFailure())
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("The bulkhead 'upstream' has no settings of its own"));
    }

    static class Naming {
        @Bulkhead("upstream")
        public void call() {}
    }

    static class Unreachable {
        @Bulkhead
        public final void last() {}

        @Bulkhead
        private void hidden() {}

        @Bulkhead
        static void shared() {}
    }

    @Test
    void aCallOfABeanOnItselfIsReported() {
        Starters.with(Calling.class).run(context -> assertThat(codes(context))
                .anySatisfy(code -> assertThat(code).contains("self-call")));
    }

    static class Calling {
        public void outer() {
            inner();
        }

        @Bulkhead
        public void inner() {}
    }

    @Test
    void aRetryOfAnUnsafeVerbIsReportedUnlessItSaysThatRepeatingDoesNoHarm() {
        Starters.with(Posting.class).run(context -> assertThat(codes(context)).containsExactly("WARNING unsafe-verb"));
    }

    static class Posting {
        @Retryable
        @PostMapping("/orders")
        public void order() {}

        @Retryable(idempotent = true)
        @PostMapping("/searches")
        public void search() {}
    }

    @Test
    void springsOwnRetryAndAsyncBesideOursAreReported() {
        Starters.with(Mixed.class).run(context -> assertThat(codes(context))
                .containsExactly("WARNING foreign-retry", "INFO async-method"));
    }

    static class Mixed {
        @Retryable
        @org.springframework.resilience.annotation.Retryable
        public void twice() {}

        @Async
        @Bulkhead
        public CompletableFuture<String> elsewhere() {
            return CompletableFuture.completedFuture("x");
        }
    }

    @Test
    void aSettingThatNeedsAnotherOneIsReported() {
        Starters.with(InVain.class)
                .withPropertyValues("resilience.circuit-breakers.[InVain.keyless].forget-after=10m")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::code, Finding::where, Finding::text)
                        .containsExactlyInAnyOrder(
                                vain(
                                        "circuit-breakers[InVain.keyless].max-keys = '5' (annotation InVain#keyless)",
                                        "key"),
                                vain("circuit-breakers[InVain.keyless].forget-after = '10m' (test)", "key"),
                                vain(
                                        "bulkheads[InVain.keyless].min-concurrent = '2' (annotation InVain#keyless)",
                                        "adaptive"),
                                vain(
                                        "bulkheads[InVain.keyless].initial-concurrent = '3' (annotation InVain#keyless)",
                                        "adaptive"),
                                vain(
                                        "retries[InVain.keyless].budget-share = '10' (annotation InVain#keyless)",
                                        "budget")));
    }

    private static Tuple vain(String setting, String needed) {
        return tuple("vain-setting", "resilience." + setting, "It has no effect without '" + needed + "'.");
    }

    @Test
    void aSettingThatHasWhatItNeedsOrIsInheritedIsNot() {
        Starters.with(NotInVain.class)
                .withPropertyValues(
                        "resilience.defaults.circuit-breakers.max-keys=7",
                        "resilience.defaults.bulkheads.min-concurrent=2",
                        "resilience.circuit-breakers.shared.forget-after=1m")
                .run(context -> assertThat(codes(context)).isEmpty());
    }

    static class InVain {
        @Retryable(budget = "false", budgetShare = "10")
        @CircuitBreaker(maxKeys = "5")
        @Bulkhead(minConcurrent = "2", initialConcurrent = "3")
        public void keyless() {}
    }

    static class NotInVain {
        @Retryable(budgetShare = "10")
        @CircuitBreaker
        @Bulkhead(maxConcurrent = "3")
        public void inheriting() {}

        @CircuitBreaker(name = "shared", key = "#host")
        @Bulkhead(adaptive = "aimd", initialConcurrent = "3")
        public void keyed(String host) {}

        @CircuitBreaker("shared")
        public void keyless() {}
    }

    @Test
    void prioritiesWhereAllAreTreatedAlikeAreGoodToKnow() {
        Starters.with(Ranked.class)
                .withPropertyValues("resilience.bulkheads.waiting.max-wait=1s")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::level, Finding::code, Finding::where)
                        .containsExactly(
                                tuple(Finding.Level.INFO, "no-kept-seats", "resilience.bulkheads.four.priority")));
    }

    static class Ranked {
        @Bulkhead(name = "four", maxConcurrent = "4", priority = "low")
        public void four() {}

        @Bulkhead(name = "five", maxConcurrent = "5", priority = "low")
        public void five() {}

        @Bulkhead(name = "halved", maxConcurrent = "4", lowPriorityShare = "75%", priority = "low")
        public void halved() {}

        @Bulkhead(name = "waiting", maxConcurrent = "1", priority = "low")
        public void waiting() {}

        @Bulkhead(maxConcurrent = "1")
        public void withoutOne() {}
    }

    @Test
    void anAnnotatedClassThatIsNoBeanIsReported() {
        Starters.with(Application.class)
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .extracting(Finding::code, Finding::where)
                        .containsExactly(tuple("no-bean", Stray.class.getName())));
    }

    @Configuration(proxyBeanMethods = false)
    @AutoConfigurationPackage(basePackageClasses = Stray.class)
    static class Application {}

    @Test
    void oneCacheOnMethodsOfDifferentTypesFailsTheStart() {
        Starters.with(TwoTypes.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("TwoTypes.number gives int, TwoTypes.text gives String"));
    }

    static class TwoTypes {
        @Cached("things")
        public String text() {
            return "";
        }

        @Cached("things")
        public int number() {
            return 0;
        }
    }

    @Test
    void theStartSaysHowMuchIsGuarded(CapturedOutput output) {
        Starters.with(Calling.class).run(context -> assertThat(output)
                .contains("resilience: 1 method guarded by 1 policy (1 bulkhead), limits are per JVM (× replicas),"
                        + " findings: 1 "));
    }

    private static List<String> codes(ApplicationContext context) {
        return context.getBean(Findings.class).all().stream()
                .map(finding -> finding.level() + " " + finding.code())
                .toList();
    }
}
