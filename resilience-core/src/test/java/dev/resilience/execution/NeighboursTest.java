package dev.resilience.execution;

import static dev.resilience.execution.Work.fails;
import static dev.resilience.execution.Work.gives;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Verdict;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a policy sees of those that stand beside it, in every call shape. */
class NeighboursTest {

    private final ManualTime time = new ManualTime();
    private final World world = new World(time.time());
    private final List<String> seen = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void theFirstOfSeveralSeesTheOthersAndTheyFindWhatItRemembersForThem(Dialect dialect) throws Throwable {
        Pipeline pipeline = world.pipeline(new Leader("a"), new Leader("b"), new Leader("c"));
        play(dialect, pipeline, gives("ok"));
        assertThat(seen).containsExactly("a leads 2", "b follows a", "c follows a");
    }

    @ParameterizedTest
    @EnumSource
    void whoStandsAtAnotherPlaceIsNoNeighbour(Dialect dialect) throws Throwable {
        Pipeline pipeline = world.pipeline(
                List.of(at("here", new Leader("a")), at("there", new Leader("b")), at("here", new Leader("c"))));
        play(dialect, pipeline, gives("ok"));
        assertThat(seen).containsExactly("a alone", "b alone", "c alone");
    }

    @ParameterizedTest
    @EnumSource
    void whoIsOffOrInShadowModeIsLeftOut(Dialect dialect) throws Throwable {
        Pipeline pipeline = world.pipeline(List.of(
                in(Mode.SHADOW, new Leader("a")),
                in(Mode.ENFORCED, new Leader("b")),
                in(Mode.OFF, new Leader("c")),
                in(Mode.SHADOW, new Leader("d")),
                in(Mode.ENFORCED, new Leader("e"))));
        play(dialect, pipeline, gives("ok"));
        assertThat(seen).containsExactly("a leads 0", "b leads 1", "d leads 0", "e follows b");
    }

    @ParameterizedTest
    @EnumSource
    void whoWasDecidedForIsAskedThoughItIsSwitchedOffMeanwhile(Dialect dialect) throws Throwable {
        Leader first = new Leader("a");
        Pipeline pipeline = world.pipeline(first, new Leader("b"), new Leader("c"));
        first.whenItLeads = () -> {
            World.mode(pipeline, 1, Mode.OFF);
            World.mode(pipeline, 2, Mode.SHADOW);
        };
        play(dialect, pipeline, gives("ok"));
        assertThat(seen).containsExactly("a leads 2", "b follows a", "c follows a");
    }

    @ParameterizedTest
    @EnumSource
    void whoComesIntoForceMeanwhileDecidesForTheRest(Dialect dialect) throws Throwable {
        Leader first = new Leader("a");
        Pipeline pipeline = world.pipeline(
                List.of(in(Mode.ENFORCED, first), in(Mode.OFF, new Leader("b")), in(Mode.OFF, new Leader("c"))));
        first.whenItLeads = () -> {
            World.mode(pipeline, 1, Mode.ENFORCED);
            World.mode(pipeline, 2, Mode.ENFORCED);
        };
        play(dialect, pipeline, gives("ok"));
        assertThat(seen).containsExactly("a leads 0", "b leads 1", "c follows b");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ENTRANCE")
    void whatWasRememberedForNeighboursIsForgottenWhenTheCallGoesInAgain(Dialect dialect) throws Throwable {
        Policy retry = new ScriptedPolicy().settling(Verdict.tryAgain(0), Verdict.tryAgain(1));
        Pipeline pipeline = world.pipeline(
                List.of(at("retry", retry), at("limiter", new Leader("a")), at("limiter", new Leader("b"))));
        play(dialect, pipeline, fails(new ContractTest.Boom()), fails(new ContractTest.Boom()), gives("ok"));
        assertThat(seen)
                .containsExactly("a leads 1", "b follows a", "a leads 1", "b follows a", "a leads 1", "b follows a");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ENTRANCE")
    void aNeighbourThatSendsTheCallInAgainForgetsForThoseFurtherInOnly(Dialect dialect) throws Throwable {
        Leader second = new Leader("b");
        second.verdicts.add(Verdict.tryAgain(0));
        Pipeline pipeline = world.pipeline(new Leader("a"), second, new Leader("c"));
        play(dialect, pipeline, fails(new ContractTest.Boom()), gives("ok"));
        assertThat(seen).containsExactly("a leads 2", "b follows a", "c follows a", "c leads 0");
    }

    @ParameterizedTest
    @EnumSource
    void theFirstIsSettledWhenTheCallerGivesUpWhileANeighbourLetsHimWait(Dialect dialect) throws Throwable {
        Leader second = new Leader("b");
        second.wait = Duration.ofMinutes(2).toNanos();
        Pipeline pipeline = world.pipeline(new Leader("a"), second, new Leader("c"));
        Dialect.Ending ending = dialect.begin(
                pipeline,
                dialect.body(() -> gives("never"), time),
                time,
                Duration.ofMinutes(1).toNanos());
        time.advance(Duration.ofHours(1));
        assertThat(ending.inWords()).isEqualTo("given up");
        assertThat(seen).containsExactly("a leads 2", "b follows a");
        world.assertAtRest();
    }

    private void play(Dialect dialect, Pipeline pipeline, Work... works) throws Throwable {
        Iterator<Work> left = List.of(works).iterator();
        dialect.begin(pipeline, dialect.body(left::next, time), time, null);
        time.advance(Duration.ofHours(1));
        world.assertAtRest();
    }

    private static World.Member at(String place, Policy policy) {
        return new World.Member(policy, Mode.ENFORCED, place);
    }

    private static World.Member in(Mode mode, Policy policy) {
        return new World.Member(policy, mode);
    }

    /** Decides for its neighbours, unless one of them has decided for it. */
    private final class Leader implements Policy {
        private final String name;
        private final List<Verdict> verdicts = new ArrayList<>();
        private Runnable whenItLeads = () -> {};
        private long wait;

        private Leader(String name) {
            this.name = name;
        }

        @Override
        public Admission admit(Call call) {
            if (call.mark() != 0) {
                seen.add(name + " follows " + (char) call.mark());
            } else {
                seen.add(name + (call.hasNeighbours() ? " leads " + lead(call) : " alone"));
            }
            return Admission.proceedAfter(wait);
        }

        @Override
        public boolean onlyAdmits() {
            return true;
        }

        private int lead(Call call) {
            List<Policy> led = new ArrayList<>();
            call.visitNeighbours((neighbour, view) -> {
                led.add(neighbour);
                view.mark(name.charAt(0));
            });
            whenItLeads.run();
            return led.size();
        }

        @Override
        public Verdict settle(Call call) {
            return verdicts.isEmpty() ? Verdict.proceed() : verdicts.remove(0);
        }
    }
}
