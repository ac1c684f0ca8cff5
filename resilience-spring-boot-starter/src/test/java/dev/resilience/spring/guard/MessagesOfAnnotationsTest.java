package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.spring.annotation.Timeout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a start says about mistakes in annotations. */
class MessagesOfAnnotationsTest {

    @Test
    void whatCanBeNoNameIsTakenForAValue() {
        assertThat(problem(Spoken.class))
                .contains("'2 seconds' (annotation Spoken#quote)", "no duration", "timeout = \"");
    }

    static class Spoken {
        @Timeout("2 seconds")
        public void quote() {}
    }

    @Test
    void whatIsMissingIsSaidInTheWordsOfTheAnnotation() {
        assertThat(problem(Bare.class))
                .isEqualTo("resilience.rate-limiters[Bare.quote].limits (annotation Bare#quote): is required."
                        + " Write for example limits = \"60/1m\"");
    }

    static class Bare {
        @RateLimited
        public void quote() {}
    }

    @Test
    void aShareOfSlowCallsIsNothingWhereNoCallIsSlow() {
        assertThat(problem(Slow.class))
                .contains(
                        "slow-call-rate-threshold = '80' (annotation Slow#quote)",
                        "without slow-call-duration no call is slow",
                        "slowCallDuration = \"2s\"");
    }

    static class Slow {
        @CircuitBreaker(slowCallRateThreshold = "80")
        public void quote() {}
    }

    @Test
    void anExpressionIsShownInTheQuotesOfJavaAlone() {
        assertThat(problem(Pending.class))
                .endsWith("is empty. Write for example retryWhen = \"#result.status == 'PENDING'\"");
    }

    static class Pending {
        @Retryable(retryWhen = " ")
        public String quote() {
            return "";
        }
    }

    @Test
    void whatYamlSaysOfAMethodIsToldWithItsLineAndTheMethod() {
        Starters.with(Named.class)
                .withPropertyValues("resilience.fallbacks.quotes.method=lastQuot")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("resilience.fallbacks.quotes.method = 'lastQuot' (test, annotation"
                                + " Named#quote): names no method of Named. Did you mean 'lastQuote'?"));
    }

    static class Named {
        @Fallback(name = "quotes")
        public String quote() {
            return "";
        }

        private String lastQuote() {
            return "";
        }
    }

    @Test
    void aPipelineThatIsMissingIsToldHowToBeWritten() {
        assertThat(problem(Piped.class))
                .contains("there is no pipeline 'quotes'", "'resilience.pipelines.quotes.retries: upstream'");
    }

    static class Piped {
        @Resilient("quotes")
        public void quote() {}
    }

    @Test
    void anUnresolvedPlaceholderIsOneProblem() {
        assertThat(problem(Placeheld.class)).contains("'${my.limits}'", "the placeholder can't be resolved");
    }

    static class Placeheld {
        @RateLimited(limits = "${my.limits}")
        public void quote() {}
    }

    @Test
    void anUnresolvedPlaceholderForAPipelineIsAProblem() {
        assertThat(problem(Nowhere.class)).contains("'${my.pipeline}'", "the placeholder can't be resolved");
    }

    static class Nowhere {
        @Resilient("${my.pipeline}")
        public void quote() {}
    }

    @Test
    void aHalfExpressionIsToldWhereItEnds() {
        assertThat(problem(Half.class)).contains("'#agentId +'", "can't be parsed at character", "'#first + #second'");
    }

    static class Half {
        @RateLimited(limits = "60/1m", key = "#agentId +")
        public void quote(String agentId) {}
    }

    @Test
    void aMistypedMethodOfAnArgumentIsToldTheNearest() {
        assertThat(problem(Mistyped.class)).contains("Did you mean 'length()'?");
    }

    static class Mistyped {
        @RateLimited(limits = "60/1m", key = "#agentId.lenght()")
        public void quote(String agentId) {}
    }

    @Test
    void anUnusedPolicyIsToldWhatIsUsedInstead() {
        Starters.with(Broken.class)
                .withPropertyValues("resilience.circuit-breakers.carier.probes=2")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .filteredOn(finding -> finding.code().equals("unused-policy"))
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.fix()).startsWith("Did you mean 'carrier'?")));
    }

    static class Broken {
        @CircuitBreaker("carrier")
        public void quote() {}
    }

    private static String problem(Class<?> bean) {
        List<Problem> problems = new ArrayList<>();
        Starters.with(bean).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOfSatisfying(
                        ResilienceConfigurationException.class, refused -> problems.addAll(refused.problems())));
        assertThat(problems).hasSize(1);
        return problems.get(0).toString();
    }
}
