package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.CallDeadline;
import dev.resilience.CallShape;
import dev.resilience.Pipeline;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Verdict;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.execution.ContractTest.Boom;
import dev.resilience.execution.ContractTest.Refusal;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A second try beside the first, for results that arrive later: times and answers, turned by hand. */
@ParameterizedClass
@EnumSource(
        value = Dialect.class,
        names = {"STAGE", "MONO"})
class HedgingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofMillis(1);

    private final ManualTime time = new ManualTime();
    private final World world = new World(time.time());
    private final ScriptedHedger hedger = new ScriptedHedger(SECOND);
    private final ScriptedPolicy retry = new ScriptedPolicy().hedging(hedger);
    private final ScriptedPolicy outside = new ScriptedPolicy();
    private final ScriptedPolicy inside = new ScriptedPolicy();
    private final Queue<Work> works = new ArrayDeque<>();

    @Parameter
    private Dialect dialect;

    @AfterEach
    void everythingIsGivenBack() {
        time.advance(Duration.ofHours(1));
        assertThat(works).as("works left").isEmpty();
        assertThat(time.scheduled()).isZero();
        world.assertAtRest();
    }

    @Test
    void beginsASecondTryBesideASlowOneAndGivesWhatComesFirst() throws Throwable {
        Dialect.Ending ending = call(slow("first"), Work.gives("second").after(SOON));

        time.advance(SECOND);
        assertThat(inside.story()).isEqualTo("PROCEED PROCEED");
        time.advance(SOON);

        assertThat(ending.inWords()).isEqualTo("second");
        assertThat(inside.story()).isEqualTo("PROCEED PROCEED VALUE* CANCELLED*");
        assertThat(outside.story()).isEqualTo("PROCEED VALUE*");
        assertThat(retry.story()).isEqualTo("PROCEED VALUE*");
        assertThat(hedger.story()).isEqualTo("hedge after 1001");
        assertThat(hedges()).containsExactly(new ResilienceEvent.Hedged("probes", "1", "Test.operation", 2, 5, SECOND));
    }

    @Test
    void letsTheFirstWinThatIsFasterAllTheSame() throws Throwable {
        Dialect.Ending ending = call(Work.gives("first").after(SECOND.plus(SOON)), slow("second"));

        time.advance(SECOND.plus(SOON));

        assertThat(ending.inWords()).isEqualTo("first");
        assertThat(inside.story()).isEqualTo("PROCEED PROCEED VALUE* CANCELLED*");
        assertThat(hedger.story()).isEqualTo("first after 1001");
    }

    @Test
    void needsNoSecondTryIfTheFirstEndsInTime() throws Throwable {
        Dialect.Ending ending = call(Work.gives("first").after(SECOND.minus(SOON)));

        time.advance(SECOND);

        assertThat(ending.inWords()).isEqualTo("first");
        assertThat(inside.story()).isEqualTo("PROCEED VALUE*");
        assertThat(hedger.story()).isEqualTo("first after 999");
        assertThat(time.scheduled()).isZero();
    }

    @Test
    void looksAfterNothingThatEndsAtOnce() throws Throwable {
        assertThat(call(Work.gives(null)).inWords()).isEqualTo("null");

        assertThat(inside.story()).isEqualTo("PROCEED VALUE*");
        assertThat(hedger.story()).isEqualTo("first after 0");
    }

    @Test
    void learnsNothingFromAValueThatTheMethodDidNotGive() throws Throwable {
        inside.admitting(Admission.returning("hit"));

        assertThat(call().inWords()).isEqualTo("hit");
        assertThat(hedger.story()).isEmpty();
        assertThat(outside.story()).isEqualTo("PROCEED VALUE");
    }

    @Test
    void givesAFailureInTimeToThePolicy() throws Throwable {
        retry.settling(Verdict.tryAgain(0));
        Dialect.Ending ending = call(Work.fails(new Boom()), slow("slow"), Work.gives("hedged"));

        time.advance(SECOND);

        assertThat(ending.inWords()).isEqualTo("hedged");
        assertThat(retry.story()).isEqualTo("PROCEED FAILURE* TRY_AGAIN VALUE*");
        assertThat(attempts()).containsExactly(2, 3);
    }

    @Test
    void goesOnCountingAttemptsAfterAHedge() throws Throwable {
        retry.settling(Verdict.tryAgain(0));
        Dialect.Ending ending =
                call(Work.fails(new Boom()).after(SECOND.plus(SOON)), Work.fails(new Boom()), slow("third"));

        time.advance(Duration.ofSeconds(20));

        assertThat(ending.inWords()).isEqualTo("third");
        assertThat(attempts()).containsExactly(2, 3, 4);
    }

    @Test
    void waitsForTheOtherIfOneFails() throws Throwable {
        Dialect.Ending ending = call(slow("first"), Work.fails(new Boom()));

        time.advance(Duration.ofSeconds(10));

        assertThat(ending.inWords()).isEqualTo("first");
        assertThat(inside.story()).isEqualTo("PROCEED PROCEED FAILURE* VALUE*");
    }

    @Test
    void suppressesOneFailureInTheOtherIfBothFail() throws Throwable {
        Boom first = new Boom();
        Boom second = new Boom();
        List<Throwable> seen = new ArrayList<>();
        outside.settlingBy(call -> {
            seen.add(call.failure());
            return Verdict.proceed();
        });
        Dialect.Ending ending = call(Work.fails(first).after(SECOND.plus(SOON)), Work.fails(second));

        time.advance(SECOND.plus(SOON));

        assertThat(ending.inWords()).isEqualTo("Boom");
        assertThat(seen).containsExactly(first);
        assertThat(first).hasSuppressedException(second);
        assertThat(outside.story()).isEqualTo("PROCEED FAILURE*");
    }

    @Test
    void forgetsAHedgeThatIsRefused() throws Throwable {
        inside.admitting(Admission.proceed(), Admission.fail(new Refusal()));
        Dialect.Ending ending = call(Work.fails(new Boom()).after(SECOND.plus(SOON)));

        time.advance(SECOND.plus(SOON));

        assertThat(ending.inWords()).isEqualTo("Boom");
        assertThat(retry.story()).isEqualTo("PROCEED FAILURE*");
        assertThat(inside.story()).isEqualTo("PROCEED FAIL FAILURE*");
    }

    @Test
    void tellsOfTheRefusalWhereNothingElseHappened() throws Throwable {
        inside.admitting(Admission.fail(new Refusal()));

        assertThat(call().inWords()).isEqualTo("Refusal");
        assertThat(outside.story()).isEqualTo("PROCEED REFUSED");
    }

    @Test
    void lastsAsLongAsTheDeadlineAround() throws Throwable {
        outside.admitting(Admission.proceedWithin(SECOND.plus(SOON)));
        Dialect.Ending ending = call(slow("first"), slow("second"));

        time.advance(SECOND.plus(SOON));

        assertThat(ending.inWords()).isEqualTo("CallTimedOutException");
        assertThat(inside.story()).isEqualTo("PROCEED PROCEED EXPIRED* EXPIRED*");
        assertThat(retry.story()).isEqualTo("PROCEED EXPIRED*");
        assertThat(outside.story()).isEqualTo("PROCEED_WITHIN EXPIRED*");
    }

    @Test
    void givesEachTryADeadlineOfItsOwn() throws Throwable {
        inside.admitting(Admission.proceedWithin(SECOND.plus(SOON)), Admission.proceedWithin(SECOND.plus(SOON)));
        Dialect.Ending ending = call(slow("first"), Work.gives("second").after(SECOND));

        time.advance(SECOND.plus(SECOND));

        assertThat(ending.inWords()).isEqualTo("second");
        assertThat(inside.story()).isEqualTo("PROCEED_WITHIN PROCEED_WITHIN EXPIRED* VALUE*");
    }

    @Test
    void givesBothUpWithTheCaller() throws Throwable {
        Dialect.Ending ending = callGivenUpAfter(SECOND.plus(SOON), slow("first"), slow("second"));

        time.advance(SECOND.plus(SOON));

        assertThat(ending.inWords()).isEqualTo("given up");
        assertThat(inside.story()).isEqualTo("PROCEED PROCEED CANCELLED* CANCELLED*");
        assertThat(outside.story()).isEqualTo("PROCEED CANCELLED*");
    }

    @Test
    void looksAfterNoTryThatStillWaitsForAPermit() throws Throwable {
        inside.admitting(Admission.proceedAfter(Duration.ofSeconds(5).toNanos()));
        Dialect.Ending ending = call(slow("first"), Work.gives("second"));

        time.advance(Duration.ofSeconds(5));
        assertThat(inside.story()).isEqualTo("PROCEED_AFTER");

        time.advance(SECOND);
        assertThat(ending.inWords()).isEqualTo("second");
    }

    @Test
    void givesSeatsInsideAndOutsideBackWithTheCancellationOfTheLoser() throws Throwable {
        inside.held();
        outside.held();
        call(Work.gives("late").after(Duration.ofSeconds(10)).ignoringTheEnd(), Work.gives("second"));

        time.advance(SECOND);

        assertThat(inside.story()).isEqualTo("PROCEED PROCEED VALUE* CANCELLED*");
        assertThat(outside.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void keepsASeatOutsideUntilAnExpiredFirstTryEnds() throws Throwable {
        outside.held();
        inside.admitting(Admission.proceedWithin(SECOND.plus(SOON)));
        call(
                Work.gives("late").after(Duration.ofSeconds(10)).ignoringTheEnd(),
                Work.gives("second").after(SECOND));

        time.advance(SECOND.plus(SECOND));
        assertThat(outside.story()).isEqualTo(dialect == Dialect.STAGE ? "PROCEED" : "PROCEED VALUE*");

        time.advance(Duration.ofSeconds(10));
        assertThat(outside.story()).isEqualTo("PROCEED VALUE*");
    }

    @Test
    void endsAsTheFirstWhereThereIsNoThreadForTheSecond() throws Throwable {
        Dialect.Ending ending = call(Work.fails(new Boom()).after(SECOND.plus(SOON)));
        AtomicBoolean exhausted = new AtomicBoolean();
        time.executor(task -> {
            if (exhausted.getAndSet(true)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        });

        time.advance(SECOND);
        time.executor(Runnable::run);
        time.advance(SOON);

        assertThat(ending.inWords()).isEqualTo("Boom");
    }

    @Test
    void hedgesNothingThatIsNotGranted() throws Throwable {
        hedger.refusing();
        Dialect.Ending ending = call(slow("first"));

        time.advance(Duration.ofSeconds(10));

        assertThat(ending.inWords()).isEqualTo("first");
        assertThat(hedges()).isEmpty();
    }

    @Test
    void hedgesNothingInTheShadow() throws Throwable {
        Dialect.Ending ending = begin(world.pipeline(Mode.SHADOW, retry), null, slow("first"));

        time.advance(Duration.ofSeconds(10));

        assertThat(ending.inWords()).isEqualTo("first");
        assertThat(hedges()).isEmpty();
    }

    @Test
    void prefersAGoodValueToABadOne() throws Throwable {
        hedger.disliking("bad");
        Dialect.Ending ending = call(slow("good"), Work.gives("bad"));

        time.advance(Duration.ofSeconds(10));

        assertThat(ending.inWords()).isEqualTo("good");
    }

    @Test
    void givesABadValueToThePolicyIfThereIsNoBetterOne() throws Throwable {
        hedger.disliking("bad");
        Dialect.Ending ending = call(slow("bad"), Work.gives("bad"));

        time.advance(Duration.ofSeconds(10));

        assertThat(ending.inWords()).isEqualTo("bad");
        assertThat(hedger.story()).isEmpty();
    }

    @Test
    void hearsInsideBothTriesWhatIsAround() throws Throwable {
        outside.admitting(Admission.proceedWithin(Duration.ofMinutes(1)));
        List<Duration> left = new ArrayList<>();
        Pipeline pipeline = world.pipeline(outside, retry, inside);
        Queue<Work> both = new ArrayDeque<>(List.of(slow("first"), Work.gives("second")));

        dialect.begin(
                pipeline,
                () -> {
                    left.add(
                            CallDeadline.current() == null
                                    ? null
                                    : CallDeadline.current().remaining());
                    return dialect.body(both::remove, time).invoke();
                },
                time,
                null);
        time.advance(SECOND);

        assertThat(left).containsExactly(Duration.ofMinutes(1), Duration.ofSeconds(59));
    }

    @Test
    void isOneCallOfThePipelineAndRecoversIfOneOfItsTriesHasFailed() throws Throwable {
        Pipeline pipeline = world.pipeline(retry);

        begin(pipeline, null, slow("first"), Work.gives("second"));
        time.advance(SECOND);
        assertThat(pipeline.statistics().executions()).isEqualTo(1);
        assertThat(pipeline.statistics().recoveries()).isZero();

        begin(pipeline, null, Work.fails(new Boom()).after(SECOND.plus(SOON)), slow("second"));
        time.advance(Duration.ofSeconds(20));
        assertThat(pipeline.statistics().executions()).isEqualTo(2);
        assertThat(pipeline.statistics().recoveries()).isEqualTo(1);
    }

    @Test
    void refusesStreams() {
        Pipeline pipeline = world.pipeline(retry);

        assertThatThrownBy(() -> pipeline.invoke(CallShape.FLUX, new Object[0], () -> null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "probes '0' can't guard Test.operation as a stream: it hedges, and of a stream that has begun"
                                + " nothing can be taken back");
    }

    private Dialect.Ending call(Work... inTurn) throws Throwable {
        return begin(world.pipeline(outside, retry, inside), null, inTurn);
    }

    private Dialect.Ending callGivenUpAfter(Duration after, Work... inTurn) throws Throwable {
        return begin(world.pipeline(outside, retry, inside), after.toNanos(), inTurn);
    }

    private Dialect.Ending begin(Pipeline pipeline, Long givesUpAfter, Work... inTurn) throws Throwable {
        works.addAll(List.of(inTurn));
        return dialect.begin(pipeline, dialect.body(works::remove, time), time, givesUpAfter);
    }

    private static Work slow(Object value) {
        return Work.gives(value).after(Duration.ofSeconds(10));
    }

    private List<ResilienceEvent> hedges() {
        return world.events.stream()
                .filter(ResilienceEvent.Hedged.class::isInstance)
                .toList();
    }

    /** Which tries began after the first, and how they were told. */
    private List<Integer> attempts() {
        List<Integer> attempts = new ArrayList<>();
        for (ResilienceEvent event : world.events) {
            if (event instanceof ResilienceEvent.Hedged hedged) {
                attempts.add(hedged.attempt());
            } else if (event instanceof ResilienceEvent.TriedAgain again) {
                attempts.add(again.attempt());
            }
        }
        return attempts;
    }
}
