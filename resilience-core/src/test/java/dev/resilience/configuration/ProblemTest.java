package dev.resilience.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.resilience.ResilienceConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {

    private final Problem problem = new Problem("max-wait", "5", null, "has no unit", "Write '5s'");

    @Test
    void readsAsASentence() {
        assertThat(problem.at("application.yml:12"))
                .hasToString("max-wait = '5' (application.yml:12): has no unit. Write '5s'");
        assertThat(new Problem("limits", null, null, "is required", "Write one"))
                .hasToString("limits: is required. Write one");
    }

    @Test
    void isPlacedBelowAPrefix() {
        assertThat(problem.under("resilience.toys.car").property()).isEqualTo("resilience.toys.car.max-wait");
        assertThat(new Problem("[a.b]", null, null, "", "")
                        .under("resilience.toys")
                        .property())
                .isEqualTo("resilience.toys[a.b]");
        assertThat(new Problem("", null, null, "", "").under("resilience.toys").property())
                .isEqualTo("resilience.toys");
    }

    @Test
    void anExceptionListsAllOfThem() {
        assertThat(new ResilienceConfigurationException(List.of(problem)))
                .hasMessageStartingWith("1 problem in the resilience configuration:")
                .hasMessageContaining(problem.toString());
        assertThat(new ResilienceConfigurationException(List.of(problem, problem.at("here"))))
                .hasMessageStartingWith("2 problems")
                .hasMessageContaining("(here)");
        assertThatIllegalArgumentException().isThrownBy(() -> new ResilienceConfigurationException(List.of()));
    }
}
