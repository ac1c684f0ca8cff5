package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.resilience.Admission;
import dev.resilience.Verdict;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies that do more to a call that ends elsewhere than they said. */
class OngoingDriverTest {

    private final World world = new World(new ManualTime().time());
    private final ScriptedPolicy witness = new ScriptedPolicy();
    private final ScriptedPolicy liar = new ScriptedPolicy();

    @AfterEach
    void everythingIsSettledAllTheSame() {
        world.assertAtRest();
    }

    @Test
    void whoWantsToGoInAgainEndsTheCall() {
        liar.settling(Verdict.tryAgain(0));
        world.pipeline(witness, liar, new ScriptedPolicy()).entrance().enter().returned("ok");
        assertThat(witness.story()).isEqualTo("PROCEED CANCELLED*");
        assertThat(liar.story()).isEqualTo("PROCEED VALUE* TRY_AGAIN CANCELLED*");
    }

    @Test
    void whoSetsADeadlineFailsTheCall() {
        liar.admitting(Admission.proceedWithin(Duration.ofSeconds(1)));
        assertThatIllegalStateException()
                .isThrownBy(() -> world.pipeline(witness, liar).entrance().enter())
                .withMessageContaining("can't be given a deadline");
    }

    @Test
    void whoAnswersFailsTheCall() {
        liar.admitting(Admission.returning("cached"));
        assertThatIllegalStateException()
                .isThrownBy(() -> world.pipeline(witness, liar).entrance().enter())
                .withMessageContaining("answered a call that ends elsewhere");
        assertThat(witness.story()).isEqualTo("PROCEED VALUE");
    }
}
