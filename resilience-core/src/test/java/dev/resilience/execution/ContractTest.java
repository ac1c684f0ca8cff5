package dev.resilience.execution;

import static dev.resilience.execution.Work.fails;
import static dev.resilience.execution.Work.gives;
import static dev.resilience.execution.Work.throwsAtOnce;

import dev.resilience.Admission;
import dev.resilience.CallRejectedException;
import dev.resilience.PolicyInstance.Mode;
import dev.resilience.Target;
import dev.resilience.Verdict;
import dev.resilience.event.EventSink;
import dev.resilience.event.ResilienceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the interpreter, as one table of compositions and endings that is played in every call shape. */
class ContractTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long SECOND_NANOS = SECOND.toNanos();
    private static final Verdict AGAIN = Verdict.tryAgain(0);
    private static final Verdict AGAIN_IN_A_SECOND = Verdict.tryAgain(SECOND_NANOS);
    private static final Verdict AGAIN_AFTER_A_SIGNAL =
            Verdict.askAgain(CompletableFuture.completedFuture(1), SECOND_NANOS);
    private static final Admission WITHIN_A_SECOND = Admission.proceedWithin(SECOND);
    private static final Admission WHOLLY_WITHIN_A_SECOND = Admission.proceedWhollyWithin(SECOND);
    private static final Admission IN_A_SECOND = Admission.proceedAfter(SECOND_NANOS);

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("everyScenarioInEveryDialect")
    void everyPolicyIsSettledAndTheCallerAnsweredWhen(Dialect dialect, Scenario scenario) throws Throwable {
        scenario.play(dialect);
    }

    static Stream<Arguments> everyScenarioInEveryDialect() {
        List<Arguments> all = new ArrayList<>();
        List<List<Scenario>> table =
                List.of(endings(), refusals(), waits(), reentries(), answers(), deadlines(), givingUp(), modes());
        for (Dialect dialect : Dialect.values()) {
            for (List<Scenario> scenarios : table) {
                scenarios.stream()
                        .filter(scenario -> scenario.happensIn(dialect))
                        .forEach(scenario -> all.add(Arguments.of(dialect, scenario)));
            }
        }
        return all.stream();
    }

    private static List<Scenario> endings() {
        return List.of(
                Scenario.when("the method gives a value")
                        .witness("PROCEED VALUE*")
                        .witness("PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("the method gives a value later")
                        .witness("PROCEED VALUE*")
                        .method(gives("ok").after(SECOND))
                        .ends("ok"),
                Scenario.when("the method gives null")
                        .witness("PROCEED VALUE*")
                        .method(gives(null))
                        .ends("null"),
                Scenario.when("the method fails")
                        .witness("PROCEED FAILURE*")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new Boom()))
                        .ends("Boom"),
                Scenario.when("the method fails later")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new Boom()).after(SECOND))
                        .ends("Boom"),
                Scenario.when("the method throws before it gives anything")
                        .witness("PROCEED FAILURE*")
                        .method(throwsAtOnce(new Boom()))
                        .ends("Boom"),
                Scenario.when("the method fails with an Error")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new AssertionError("wrong")))
                        .ends("AssertionError"),
                Scenario.when("a guard inside the method refuses")
                        .witness("PROCEED REFUSED*")
                        .method(fails(new Refusal()))
                        .ends("Refusal"),
                Scenario.when("nobody is asked").method(gives("ok")).ends("ok"));
    }

    private static List<Scenario> refusals() {
        return List.of(
                Scenario.when("a policy refuses")
                        .witness("PROCEED REFUSED")
                        .policy(script(policy -> policy.admitting(Admission.fail(new Refusal()))), "FAIL")
                        .witness("")
                        .ends("Refusal"),
                Scenario.when("a policy fails the call on the way out")
                        .answered()
                        .witness("PROCEED FAILURE*")
                        .policy(script(policy -> policy.settling(Verdict.fail(new Boom()))), "PROCEED VALUE* FAIL")
                        .witness("PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("Boom"),
                Scenario.when("a policy throws on the way in")
                        .witness("PROCEED FAILURE")
                        .policy(script(policy -> policy.admittingBy(ContractTest::explode)), "")
                        .witness("")
                        .ends("Boom"),
                Scenario.when("a policy throws on the way out")
                        .answered()
                        .witness("PROCEED FAILURE*")
                        .policy(script(policy -> policy.settlingBy(ContractTest::explode)), "PROCEED VALUE*")
                        .witness("PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("Boom"),
                Scenario.when("a policy throws an Error on the way out of a failure")
                        .answered()
                        .witness("PROCEED FAILURE*")
                        .policy(
                                script(policy -> policy.settlingBy(call -> {
                                    throw new AssertionError("wrong");
                                })),
                                "PROCEED FAILURE*")
                        .method(fails(new Boom()))
                        .ends("AssertionError"),
                Scenario.when("a policy answers nothing on the way in")
                        .witness("PROCEED FAILURE")
                        .policy(script(policy -> policy.admittingBy(call -> null)), "null")
                        .ends("IllegalStateException"),
                Scenario.when("a policy answers nothing on the way out")
                        .answered()
                        .witness("PROCEED FAILURE*")
                        .policy(script(policy -> policy.settlingBy(call -> null)), "PROCEED VALUE* null")
                        .method(gives("ok"))
                        .ends("IllegalStateException"),
                Scenario.when("a listener throws at a refusal")
                        .listener(event -> {
                            throw new IllegalStateException("listener");
                        })
                        .witness("PROCEED REFUSED")
                        .policy(script(policy -> policy.admitting(Admission.fail(new Refusal()))), "FAIL")
                        .ends("Refusal"),
                Scenario.when("a listener throws an Error at a refusal")
                        .listener(event -> {
                            throw new AssertionError("listener");
                        })
                        .witness("PROCEED REFUSED")
                        .policy(script(policy -> policy.admitting(Admission.fail(new Refusal()))), "FAIL")
                        .ends("Refusal"),
                Scenario.when("asking whether anybody listens throws")
                        .listener(new DeafSink())
                        .policy(script(policy -> policy.settling(AGAIN)), "PROCEED FAILURE* TRY_AGAIN VALUE*")
                        .method(fails(new Boom()), gives("ok"))
                        .ends("ok"));
    }

    private static List<Scenario> waits() {
        return List.of(
                Scenario.when("a policy lets the call in after a wait")
                        .witness("PROCEED VALUE*")
                        .policy(script(policy -> policy.admitting(IN_A_SECOND)), "PROCEED_AFTER VALUE*")
                        .witness("PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("the caller gives up while a policy lets him wait")
                        .witness("PROCEED CANCELLED")
                        .policy(script(policy -> policy.admitting(IN_A_SECOND)), "PROCEED_AFTER CANCELLED")
                        .witness("")
                        .callerGivesUpAfter(SECOND.dividedBy(2))
                        .ends("given up"),
                Scenario.when("the deadline is nearer than the end of the wait")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED")
                        .policy(
                                script(policy -> policy.admitting(Admission.proceedAfter(MINUTE.toNanos()))),
                                "PROCEED_AFTER EXPIRED")
                        .witness("")
                        .ends("CallTimedOutException"),
                Scenario.when("the signal has completed before")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(CompletableFuture.completedFuture(1), SECOND_NANOS),
                                        Admission.proceed())),
                                "ASK_AGAIN PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("the signal completes during the wait")
                        .policy(
                                place -> new ScriptedPolicy()
                                        .admitting(
                                                Admission.askAgain(signalAfter(place, SECOND), MINUTE.toNanos()),
                                                Admission.proceed()),
                                "ASK_AGAIN PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("the signal completes during a wait without an end")
                        .policy(
                                place -> new ScriptedPolicy()
                                        .admitting(
                                                Admission.askAgain(signalAfter(place, SECOND), Long.MAX_VALUE),
                                                Admission.proceed()),
                                "ASK_AGAIN PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("the signal never completes")
                        .witness("PROCEED REFUSED")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(new CompletableFuture<>(), SECOND_NANOS),
                                        Admission.fail(new Refusal()))),
                                "ASK_AGAIN FAIL REFUSED")
                        .ends("Refusal"),
                Scenario.when("the signal fails")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(CompletableFuture.failedFuture(new Boom()), SECOND_NANOS),
                                        Admission.proceed())),
                                "ASK_AGAIN PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("a deadline passes before the signal completes")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(new CompletableFuture<>(), MINUTE.toNanos()))),
                                "ASK_AGAIN EXPIRED")
                        .ends("CallTimedOutException"),
                Scenario.when("the caller gives up before the signal completes")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(new CompletableFuture<>(), MINUTE.toNanos()))),
                                "ASK_AGAIN CANCELLED")
                        .callerGivesUpAfter(SECOND)
                        .ends("given up"),
                Scenario.when("a policy answers the second question with a value")
                        .witness("PROCEED VALUE")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(CompletableFuture.completedFuture(1), SECOND_NANOS),
                                        Admission.returning("cached"))),
                                "ASK_AGAIN RETURN VALUE")
                        .ends("cached"),
                Scenario.when("a policy lets the call wait after a second question")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(CompletableFuture.completedFuture(1), SECOND_NANOS),
                                        IN_A_SECOND)),
                                "ASK_AGAIN PROCEED_AFTER VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("a policy throws at the second question")
                        .witness("PROCEED FAILURE")
                        .policy(
                                script(policy -> policy.admitting(
                                                Admission.askAgain(CompletableFuture.completedFuture(1), SECOND_NANOS))
                                        .admittingBy(ContractTest::explode)),
                                "ASK_AGAIN")
                        .ends("Boom"));
    }

    private static List<Scenario> reentries() {
        return List.of(
                Scenario.when("a failed call is tried again")
                        .witness("PROCEED VALUE*")
                        .policy(
                                script(policy -> policy.settling(AGAIN, AGAIN_IN_A_SECOND)),
                                "PROCEED FAILURE* TRY_AGAIN FAILURE* TRY_AGAIN VALUE*")
                        .witness("PROCEED FAILURE* PROCEED FAILURE* PROCEED VALUE*")
                        .method(fails(new Boom()), fails(new Boom()), gives("ok"))
                        .ends("ok"),
                Scenario.when("a value is tried again")
                        .witness("PROCEED VALUE*")
                        .policy(script(policy -> policy.settling(AGAIN)), "PROCEED VALUE* TRY_AGAIN VALUE*")
                        .witness("PROCEED VALUE* PROCEED VALUE*")
                        .method(gives(null), gives(null))
                        .ends("null"),
                Scenario.when("a refusal further in is tried again")
                        .policy(
                                script(policy -> policy.settling(AGAIN_IN_A_SECOND)),
                                "PROCEED REFUSED TRY_AGAIN VALUE*")
                        .witness("PROCEED REFUSED PROCEED VALUE*")
                        .policy(
                                script(policy -> policy.admitting(Admission.fail(new Refusal()))),
                                "FAIL PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("the caller gives up between two attempts")
                        .witness("PROCEED CANCELLED*")
                        .policy(
                                script(policy -> policy.settling(AGAIN_IN_A_SECOND)),
                                "PROCEED FAILURE* TRY_AGAIN CANCELLED")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new Boom()))
                        .callerGivesUpAfter(SECOND.dividedBy(2))
                        .ends("given up"),
                Scenario.when("a failed call waits for a signal and goes in again")
                        .witness("PROCEED VALUE*")
                        .policy(
                                place -> new ScriptedPolicy()
                                        .settling(Verdict.askAgain(signalAfter(place, SECOND), MINUTE.toNanos())),
                                "PROCEED FAILURE* ASK_AGAIN PROCEED VALUE*")
                        .witness("PROCEED FAILURE* PROCEED VALUE*")
                        .method(fails(new Boom()), gives("ok"))
                        .ends("ok"),
                Scenario.when("a failed call waits in vain and doesn't go in again")
                        .witness("PROCEED FAILURE*")
                        .policy(
                                script(policy -> policy.settling(AGAIN_AFTER_A_SIGNAL)
                                        .admitting(Admission.proceed())
                                        .admittingBy(call -> Admission.fail(call.failure()))),
                                "PROCEED FAILURE* ASK_AGAIN FAIL FAILURE")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new Boom()))
                        .ends("Boom"),
                Scenario.when("an expired call waits in vain and stays expired")
                        .witness("PROCEED EXPIRED*")
                        .policy(
                                script(policy -> policy.settling(AGAIN_AFTER_A_SIGNAL)
                                        .admitting(Admission.proceed())
                                        .admittingBy(call -> Admission.fail(call.failure()))),
                                "PROCEED EXPIRED* ASK_AGAIN FAIL EXPIRED")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .method(gives("late").after(MINUTE))
                        .ends("CallTimedOutException"),
                Scenario.when("a value waits for a signal and is answered")
                        .witness("PROCEED VALUE*")
                        .policy(
                                script(policy -> policy.settling(AGAIN_AFTER_A_SIGNAL)
                                        .admitting(Admission.proceed(), Admission.returning("other"))),
                                "PROCEED VALUE* ASK_AGAIN RETURN VALUE")
                        .method(gives(null))
                        .ends("other"),
                Scenario.when("a refused call waits twice and goes in again after a pause")
                        .policy(
                                script(policy -> policy.settling(AGAIN_AFTER_A_SIGNAL)
                                        .admitting(
                                                Admission.proceed(),
                                                Admission.askAgain(new CompletableFuture<>(), SECOND_NANOS),
                                                IN_A_SECOND)),
                                "PROCEED REFUSED ASK_AGAIN ASK_AGAIN PROCEED_AFTER VALUE*")
                        .policy(
                                script(policy -> policy.admitting(Admission.fail(new Refusal()))),
                                "FAIL PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                Scenario.when("what goes in again after a signal fails and waits once more")
                        .policy(
                                script(policy -> policy.settling(AGAIN_AFTER_A_SIGNAL, AGAIN_AFTER_A_SIGNAL)),
                                "PROCEED FAILURE* ASK_AGAIN PROCEED FAILURE* ASK_AGAIN PROCEED VALUE*")
                        .method(fails(new Boom()), fails(new Boom()), gives("ok"))
                        .ends("ok"),
                Scenario.when("an outer policy tries again what an inner one waited for in vain")
                        .policy(
                                script(policy -> policy.settling(AGAIN_IN_A_SECOND)),
                                "PROCEED FAILURE* TRY_AGAIN VALUE*")
                        .policy(
                                script(policy -> policy.settling(AGAIN_AFTER_A_SIGNAL)
                                        .admitting(Admission.proceed())
                                        .admittingBy(call -> Admission.fail(call.failure()))),
                                "PROCEED FAILURE* ASK_AGAIN FAIL FAILURE PROCEED VALUE*")
                        .method(fails(new Boom()), gives("ok"))
                        .ends("ok"),
                Scenario.when("the caller gives up while a failed call waits for a signal")
                        .witness("PROCEED CANCELLED*")
                        .policy(
                                script(policy ->
                                        policy.settling(Verdict.askAgain(new CompletableFuture<>(), MINUTE.toNanos()))),
                                "PROCEED FAILURE* ASK_AGAIN CANCELLED")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new Boom()))
                        .callerGivesUpAfter(SECOND)
                        .ends("given up"),
                Scenario.when("the whole time ends while a failed call waits for a signal")
                        .policy(script(policy -> policy.admitting(WHOLLY_WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(
                                script(policy ->
                                        policy.settling(Verdict.askAgain(new CompletableFuture<>(), MINUTE.toNanos()))),
                                "PROCEED FAILURE* ASK_AGAIN EXPIRED")
                        .method(fails(new Boom()))
                        .ends("CallTimedOutException"),
                Scenario.when("an expired attempt is tried again")
                        .witness("PROCEED VALUE*")
                        .policy(script(policy -> policy.settling(AGAIN)), "PROCEED EXPIRED* TRY_AGAIN VALUE*")
                        .policy(
                                script(policy -> policy.admitting(WITHIN_A_SECOND, WITHIN_A_SECOND)),
                                "PROCEED_WITHIN EXPIRED* PROCEED_WITHIN VALUE*")
                        .witness("PROCEED EXPIRED* PROCEED VALUE*")
                        .method(gives("late").after(MINUTE), gives("ok"))
                        .ends("ok"),
                Scenario.when("the whole time ends between two attempts")
                        .policy(script(policy -> policy.admitting(WHOLLY_WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(
                                script(policy -> policy.settling(Verdict.tryAgain(MINUTE.toNanos()))),
                                "PROCEED FAILURE* TRY_AGAIN EXPIRED")
                        .method(fails(new Boom()))
                        .ends("CallTimedOutException"),
                Scenario.when("a failure is diverted")
                        .witness("PROCEED VALUE*")
                        .policy(diverting(gives("instead")), "PROCEED FAILURE* DIVERT VALUE")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new Boom()))
                        .ends("instead"),
                Scenario.when("a refusal is diverted to what takes its time")
                        .policy(diverting(gives("instead").after(SECOND)), "PROCEED REFUSED DIVERT VALUE")
                        .policy(script(policy -> policy.admitting(Admission.fail(new Refusal()))), "FAIL")
                        .ends("instead"),
                Scenario.when("a diversion fails")
                        .witness("PROCEED FAILURE*")
                        .policy(diverting(throwsAtOnce(new Boom())), "PROCEED FAILURE* DIVERT FAILURE")
                        .method(fails(new IllegalArgumentException()))
                        .ends("Boom"),
                Scenario.when("a failed diversion is diverted again")
                        .policy(
                                diverting(fails(new Boom()), gives("second")),
                                "PROCEED FAILURE* DIVERT FAILURE DIVERT VALUE")
                        .method(fails(new Boom()))
                        .ends("second"),
                Scenario.when("a diversion outlasts the deadline around it")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(diverting(gives("late").after(MINUTE)), "PROCEED FAILURE* DIVERT EXPIRED")
                        .method(fails(new Boom()))
                        .ends("CallTimedOutException"),
                Scenario.when("the caller gives up on a diversion")
                        .policy(diverting(gives("late").after(MINUTE)), "PROCEED FAILURE* DIVERT CANCELLED")
                        .method(fails(new Boom()))
                        .callerGivesUpAfter(SECOND)
                        .ends("given up"));
    }

    private static List<Scenario> answers() {
        return List.of(
                Scenario.when("a policy answers itself")
                        .witness("PROCEED VALUE")
                        .policy(script(policy -> policy.admitting(Admission.returning("cached"))), "RETURN")
                        .witness("")
                        .ends("cached"),
                Scenario.when("a policy answers null itself")
                        .witness("PROCEED VALUE")
                        .policy(script(policy -> policy.admitting(Admission.returning(null))), "RETURN")
                        .ends("null"),
                Scenario.when("a policy answers and refreshes")
                        .witness("PROCEED VALUE")
                        .policy(
                                script(policy -> policy.admitting(Admission.returningAndRefreshing("stale"))),
                                "RETURN VALUE*")
                        .witness("PROCEED VALUE*")
                        .method(gives("fresh").after(SECOND))
                        .ends("stale"),
                Scenario.when("the outermost policy answers and the refresh fails")
                        .policy(
                                script(policy -> policy.admitting(Admission.returningAndRefreshing("stale"))),
                                "RETURN FAILURE*")
                        .witness("PROCEED FAILURE*")
                        .method(fails(new Boom()))
                        .ends("stale"),
                Scenario.when("a refresh is tried again and expires")
                        .policy(
                                script(policy -> policy.admitting(Admission.returningAndRefreshing("stale"))),
                                "RETURN EXPIRED*")
                        .policy(script(policy -> policy.settling(AGAIN)), "PROCEED FAILURE* TRY_AGAIN EXPIRED*")
                        .policy(
                                script(policy -> policy.admitting(WITHIN_A_SECOND, WITHIN_A_SECOND)),
                                "PROCEED_WITHIN FAILURE* PROCEED_WITHIN EXPIRED*")
                        .method(fails(new Boom()), gives("late").after(MINUTE))
                        .ends("stale"),
                Scenario.when("a policy answers and refreshes at the second question")
                        .witness("PROCEED VALUE")
                        .policy(
                                script(policy -> policy.admitting(
                                        Admission.askAgain(CompletableFuture.completedFuture(1), SECOND_NANOS),
                                        Admission.returningAndRefreshing("stale"))),
                                "ASK_AGAIN RETURN VALUE*")
                        .witness("PROCEED VALUE*")
                        .method(gives("fresh"))
                        .ends("stale"),
                Scenario.when("a failure is replaced by a value")
                        .witness("PROCEED VALUE*")
                        .policy(
                                script(policy -> policy.settling(Verdict.returning("instead"))),
                                "PROCEED FAILURE* RETURN")
                        .method(fails(new Boom()))
                        .ends("instead"),
                Scenario.when("a failure is replaced by another")
                        .answered()
                        .witness("PROCEED FAILURE*")
                        .policy(
                                script(policy -> policy.settling(Verdict.fail(new IllegalArgumentException()))),
                                "PROCEED FAILURE* FAIL")
                        .method(fails(new Boom()))
                        .ends("IllegalArgumentException"));
    }

    private static List<Scenario> deadlines() {
        return List.of(
                Scenario.when("the value is in time")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN VALUE*")
                        .method(gives("ok").after(SECOND.dividedBy(2)))
                        .ends("ok"),
                Scenario.when("the value is late")
                        .witness("PROCEED EXPIRED*")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .witness("PROCEED EXPIRED*")
                        .method(gives("late").after(MINUTE))
                        .ends("CallTimedOutException"),
                Scenario.when("the failure is late")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .witness("PROCEED EXPIRED*")
                        .method(fails(new Boom()).after(MINUTE))
                        .ends("CallTimedOutException"),
                Scenario.when("a late body ignores its end")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(script(ScriptedPolicy::held), "PROCEED EXPIRED*")
                        .method(gives("late").after(MINUTE).ignoringTheEnd())
                        .ends("CallTimedOutException"),
                Scenario.when("the whole time ends")
                        .policy(script(policy -> policy.admitting(WHOLLY_WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .witness("PROCEED EXPIRED*")
                        .method(gives("late").after(MINUTE))
                        .ends("CallTimedOutException"),
                Scenario.when("the deadline further out passes first")
                        .policy(script(policy -> policy.admitting(WHOLLY_WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(script(policy -> policy.settling(AGAIN)), "PROCEED EXPIRED* TRY_AGAIN")
                        .policy(
                                script(policy -> policy.admitting(Admission.proceedWithin(MINUTE))),
                                "PROCEED_WITHIN EXPIRED*")
                        .method(gives("late").after(MINUTE.multipliedBy(2)))
                        .ends("CallTimedOutException"),
                Scenario.when("verdicts inside a passed deadline are void, those further out count")
                        .policy(
                                script(policy -> policy.settling(Verdict.returning("default"))),
                                "PROCEED EXPIRED* RETURN")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(script(policy -> policy.settling(Verdict.returning("void"))), "PROCEED EXPIRED* RETURN")
                        .method(gives("late").after(MINUTE))
                        .ends("default"),
                Scenario.when("the policy whose time passed has the first word")
                        .policy(
                                script(policy ->
                                        policy.admitting(WITHIN_A_SECOND).settling(Verdict.returning("default"))),
                                "PROCEED_WITHIN EXPIRED* RETURN")
                        .method(gives("late").after(MINUTE))
                        .ends("default"),
                Scenario.when("the time passes while the policies inside are settled")
                        .witness("PROCEED EXPIRED*")
                        .policy(script(policy -> policy.admitting(WHOLLY_WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(
                                place -> new ScriptedPolicy().settlingBy(call -> {
                                    place.time().advance(MINUTE);
                                    return Verdict.proceed();
                                }),
                                "PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("CallTimedOutException"),
                Scenario.when("a policy inside a passed deadline throws")
                        .witness("PROCEED EXPIRED*")
                        .policy(script(policy -> policy.admitting(WITHIN_A_SECOND)), "PROCEED_WITHIN EXPIRED*")
                        .policy(script(policy -> policy.settlingBy(ContractTest::explode)), "PROCEED EXPIRED*")
                        .witness("PROCEED EXPIRED*")
                        .method(gives("late").after(MINUTE))
                        .ends("CallTimedOutException"));
    }

    private static List<Scenario> givingUp() {
        return List.of(
                Scenario.when("the caller gives up while the method runs")
                        .witness("PROCEED CANCELLED*")
                        .policy(script(ScriptedPolicy::held), "PROCEED CANCELLED*")
                        .method(gives("late").after(MINUTE))
                        .callerGivesUpAfter(SECOND)
                        .ends("given up"),
                Scenario.when("the caller gives up after the call has ended")
                        .only(Dialect.STAGE, Dialect.MONO, Dialect.FLUX)
                        .witness("PROCEED VALUE*")
                        .method(gives("ok"))
                        .callerGivesUpAfter(SECOND)
                        .ends("ok"),
                Scenario.when("the caller gives up and a policy throws")
                        .only(Dialect.STAGE, Dialect.MONO, Dialect.FLUX)
                        .witness("PROCEED CANCELLED*")
                        .policy(script(policy -> policy.settlingBy(ContractTest::explode)), "PROCEED CANCELLED*")
                        .method(gives("late").after(MINUTE))
                        .callerGivesUpAfter(SECOND)
                        .ends("given up"),
                Scenario.when("the caller gives up with a deadline armed")
                        .policy(
                                script(policy -> policy.admitting(Admission.proceedWithin(MINUTE.multipliedBy(2)))),
                                "PROCEED_WITHIN CANCELLED*")
                        .method(gives("late").after(MINUTE))
                        .callerGivesUpAfter(SECOND)
                        .ends("given up"));
    }

    private static List<Scenario> modes() {
        return List.of(
                Scenario.when("a policy is switched off")
                        .witness("PROCEED VALUE*")
                        .policy(Mode.OFF, script(policy -> policy.admitting(Admission.fail(new Refusal()))), "")
                        .witness("PROCEED VALUE*")
                        .method(gives("ok"))
                        .ends("ok"),
                shadowed("would refuse", policy -> policy.admitting(Admission.fail(new Refusal())), "FAIL"),
                shadowed("would answer", policy -> policy.admitting(Admission.returning("cached")), "RETURN"),
                shadowed(
                        "would answer and refresh",
                        policy -> policy.admitting(Admission.returningAndRefreshing("stale")),
                        "RETURN CANCELLED"),
                shadowed("would wait", policy -> policy.admitting(IN_A_SECOND), "PROCEED_AFTER CANCELLED"),
                shadowed(
                        "would ask again",
                        policy -> policy.admitting(Admission.askAgain(new CompletableFuture<>(), SECOND_NANOS)),
                        "ASK_AGAIN CANCELLED"),
                shadowed("would try again", policy -> policy.settling(AGAIN), "PROCEED VALUE* TRY_AGAIN"),
                shadowed(
                        "would ask again on the way out",
                        policy -> policy.settling(AGAIN_AFTER_A_SIGNAL),
                        "PROCEED VALUE* ASK_AGAIN"),
                shadowed("would replace", policy -> policy.settling(Verdict.returning("x")), "PROCEED VALUE* RETURN"),
                shadowed("would fail", policy -> policy.settling(Verdict.fail(new Boom())), "PROCEED VALUE* FAIL"),
                shadowed("would expire", policy -> policy.admitting(WITHIN_A_SECOND), "PROCEED_WITHIN VALUE*"),
                shadowed("throws on the way in", policy -> policy.admittingBy(ContractTest::explode), ""),
                shadowed("throws on the way out", policy -> policy.settlingBy(ContractTest::explode), "PROCEED VALUE*"),
                shadowed("answers nothing on the way in", policy -> policy.admittingBy(call -> null), "null"),
                shadowed(
                        "answers nothing on the way out",
                        policy -> policy.settlingBy(call -> null),
                        "PROCEED VALUE* null"));
    }

    /** In shadow mode nothing of what a policy does reaches the caller, who gets his value after a minute. */
    private static Scenario shadowed(String situation, Function<ScriptedPolicy, ScriptedPolicy> script, String story) {
        return Scenario.when("a policy in shadow mode " + situation)
                .witness("PROCEED VALUE*")
                .policy(Mode.SHADOW, script(script), story)
                .witness("PROCEED VALUE*")
                .method(gives("ok").after(MINUTE))
                .ends("ok");
    }

    private static Function<Scenario.Place, ScriptedPolicy> script(Function<ScriptedPolicy, ScriptedPolicy> script) {
        return place -> script.apply(new ScriptedPolicy());
    }

    private static Function<Scenario.Place, ScriptedPolicy> diverting(Work... works) {
        return place -> {
            ScriptedPolicy policy = new ScriptedPolicy();
            for (Work work : works) {
                Target target = (arguments, failure) ->
                        place.dialect().body(() -> work, place.time()).invoke();
                policy.settling(Verdict.divert(target));
            }
            return policy;
        };
    }

    private static CompletableFuture<?> signalAfter(Scenario.Place place, Duration time) {
        CompletableFuture<Object> signal = new CompletableFuture<>();
        place.time().schedule(() -> signal.complete("go"), time.toNanos());
        return signal;
    }

    private static <T> T explode(Object call) {
        throw new Boom();
    }

    /** What goes wrong. */
    static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What refuses. */
    static final class Refusal extends CallRejectedException {
        private static final long serialVersionUID = 1L;

        Refusal() {
            super("probes", "test", UNKNOWN);
        }

        @Override
        protected String reason() {
            return "it was told to";
        }
    }

    private static final class DeafSink implements EventSink {
        @Override
        public void publish(ResilienceEvent event) {}

        @Override
        public boolean listening() {
            throw new IllegalStateException("listening");
        }
    }
}
