package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.configuration.Problem;
import dev.resilience.recovery.RecoveryConfiguration;
import dev.resilience.spring.annotation.Recovery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a start says about mistakes that people make when they write the rules of a recovery. */
class MistakesInRulesTest {

    @Test
    void rulesWrittenAsAMapAreOneMistake() {
        assertThat(problems(Named.class, "resilience.recoveries.carrier.rules[0].ConnectException=retry 2"))
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason())
                        .isEqualTo("'rules' is a list of texts and has nothing by name below it"));
        assertThat(problems(Named.class, "resilience.recoveries.carrier.rules.ConnectException=retry 2"))
                .hasSize(1);
    }

    @Test
    void aMistypedPropertyIsNotMissingAsWell() {
        assertThat(problems(Named.class, "resilience.recoveries.carrier.rule=503 -> retry"))
                .extracting(Problem::remedy)
                .containsExactly("Did you mean 'rules'?");
    }

    @Test
    void rulesThatNobodyHasWrittenAreMissing() {
        assertThat(problems(
                        Named.class,
                        "resilience.recoveries.carrier.max-wait=1s",
                        "resilience.recoveries.carrier.elephant=1"))
                .extracting(Problem::reason)
                .containsExactly("there is no property 'elephant' here", "are required");
    }

    @Test
    void whatBelongsToTheMethodIsSaidThere() {
        assertThat(problems(
                        Named.class,
                        "resilience.recoveries.carrier.rules=503 -> retry",
                        "resilience.recoveries.carrier.idempotent=true"))
                .extracting(Problem::toString)
                .containsExactly("resilience.recoveries.carrier.idempotent = 'true' (test): 'idempotent' belongs to the"
                        + " method. Write 'idempotent = true' in its annotation");
    }

    @Test
    void whatHasAnArrowIsARuleAndNoName() {
        Starters.with(Ruled.class).run(context -> assertThat(context.getBean(PolicyRegistry.class)
                        .find("recoveries", "Ruled.quote")
                        .orElseThrow()
                        .configuration())
                .isInstanceOfSatisfying(RecoveryConfiguration.class, recovery -> assertThat(recovery.rules())
                        .containsExactly("503 -> retry 2")));
    }

    @Test
    void anAnnotationWithoutRulesIsToldWhatToWriteInIt() {
        assertThat(problems(Bare.class))
                .extracting(Problem::remedy)
                .containsExactly("Write for example rules = \"ConnectException -> retry 2 after 500ms\"");
    }

    private static List<Problem> problems(Class<?> bean, String... properties) {
        List<Problem> problems = new ArrayList<>();
        Starters.with(bean).withPropertyValues(properties).run(context -> assertThat(context.getStartupFailure())
                .isInstanceOfSatisfying(
                        ResilienceConfigurationException.class, refused -> problems.addAll(refused.problems())));
        return problems;
    }

    static class Named {
        @Recovery("carrier")
        public String quote() {
            return "10 EUR";
        }
    }

    static class Ruled {
        @Recovery("503 -> retry 2")
        public String quote() {
            return "10 EUR";
        }
    }

    static class Bare {
        @Recovery
        public String quote() {
            return "10 EUR";
        }
    }
}
