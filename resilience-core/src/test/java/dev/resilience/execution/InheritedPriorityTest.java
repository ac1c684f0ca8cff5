package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Pipeline;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.Policy;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Verdict;
import dev.resilience.execution.World.Member;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How important a call is inside another one. */
class InheritedPriorityTest {

    private final World world = new World(new ManualTime().time());
    private final List<Integer> seen = new ArrayList<>();
    private final Pipeline urgent = guarded((arguments, context) -> 7);
    private final Pipeline lesser = guarded((arguments, context) -> "low");
    private final Pipeline silent = guarded(null);

    @AfterEach
    void everythingIsGivenBack() {
        world.assertAtRest();
    }

    @Test
    void isNormalWhereNobodySaysAnything() throws Exception {
        silent.call(() -> silent.call(() -> "done"));

        assertThat(seen).containsExactly(0, 0);
    }

    @Test
    void isThatOfTheCallAroundUnlessItSaysOtherwise() throws Exception {
        urgent.call(() -> silent.call(() -> lesser.call(() -> silent.call(() -> "done"))));

        assertThat(seen).containsExactly(7, 7, -1, -1);
    }

    @Test
    void isInheritedByStages() {
        urgent.callAsync(() -> silent.callAsync(() -> CompletableFuture.completedFuture("done")))
                .join();

        assertThat(seen).containsExactly(7, 7);
    }

    @Test
    void isInheritedThroughTheReactorContext() {
        urgent.mono(() -> silent.mono(() -> Mono.just("done"))).block();
        urgent.flux(() -> silent.flux(() -> Flux.just("done"))).blockLast();

        assertThat(seen).containsExactly(7, 7, 7, 7);
    }

    @Test
    void isInheritedWhereTheExpressionYieldsNull() throws Exception {
        urgent.call(() -> guarded((arguments, context) -> null).call(() -> "done"));

        assertThat(seen).containsExactly(7, 7);
    }

    @Test
    void whatCantBeToldFailsItsPolicyAndIsInheritedFurtherIn() throws Exception {
        Pipeline odd = guarded((arguments, context) -> "odd");

        assertThatThrownBy(() -> odd.call(() -> "never"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("low, normal, high");

        Pipeline unasked = pipeline(new ScriptedPolicy(), (arguments, context) -> "odd");
        urgent.call(() -> unasked.call(() -> silent.call(() -> "done")));
        assertThat(seen).containsExactly(7, 7);
    }

    private Pipeline guarded(@Nullable Expression priority) {
        return pipeline(new Asking(), priority);
    }

    private Pipeline pipeline(Policy policy, @Nullable Expression priority) {
        Placement placement = priority == null ? Placement.bare() : Placement.of(Map.of("priority", priority));
        return world.pipeline(List.of(new Member(policy, Mode.ENFORCED, "probes", placement)));
    }

    private final class Asking implements Policy {

        @Override
        public Admission admit(Call call) {
            seen.add(call.priority());
            return Admission.proceed();
        }

        @Override
        public Verdict settle(Call call) {
            return Verdict.proceed();
        }
    }
}
