package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import dev.resilience.KeyedState;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.bulkhead.BulkheadFullException.Why;
import dev.resilience.configuration.Configurations;
import dev.resilience.event.ResilienceEvent;
import dev.resilience.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BulkheadPolicyTest {

    private static final BulkheadKind KIND = new BulkheadKind();

    private final ManualTime time = new ManualTime();

    @Test
    void letsInAsManyAsThereAreSeatsAndRefusesTheNextAtOnce() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "2");

        seated(bulkhead);
        FakeCall second = seated(bulkhead);
        assertThat(refusal(bulkhead, new FakeCall(time)))
                .hasMessage("bulkheads 'reports' refused the call: all 2 seats are taken");
        bulkhead.settle(second.gave("done"));

        seated(bulkhead);
    }

    @Test
    void handsAFreeSeatToTheFirstInLine() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        FakeCall guest = seated(bulkhead);
        FakeCall first = new FakeCall(time);
        FakeCall second = new FakeCall(time);
        CompletableFuture<?> firstSignal = lineUp(bulkhead, first);
        CompletableFuture<?> secondSignal = lineUp(bulkhead, second);

        bulkhead.settle(guest.gave("done"));

        assertThat(firstSignal).isCompleted();
        assertThat(secondSignal).isNotDone();
        assertThat(bulkhead.admit(first)).isEqualTo(Admission.proceed());
        bulkhead.settle(first.gave("done"));
        assertThat(secondSignal).isCompleted();
    }

    @Test
    void nobodyPassesByTheLine() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s", "max-waiting", "1");
        FakeCall guest = seated(bulkhead);
        FakeCall first = new FakeCall(time);
        lineUp(bulkhead, first);
        bulkhead.settle(guest.gave("done"));

        FakeCall newcomer = new FakeCall(time);
        lineUp(bulkhead, newcomer);

        assertThat(bulkhead.admit(first)).isEqualTo(Admission.proceed());
        assertThat(numbers(bulkhead)).containsEntry("in-use", 1).containsEntry("waiting", 1);
    }

    @Test
    void refusesWhenTheLineIsFull() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s", "max-waiting", "2");
        seated(bulkhead);
        lineUp(bulkhead, new FakeCall(time));
        lineUp(bulkhead, new FakeCall(time));

        assertThat(refusal(bulkhead, new FakeCall(time)))
                .hasMessageEndingWith("the only seat is taken and 2 calls wait in line");
    }

    @Test
    void refusesWhoHasWaitedForNothingAndKeepsNoPlaceForThem() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "500ms");
        FakeCall guest = seated(bulkhead);
        FakeCall waiter = new FakeCall(time);
        lineUp(bulkhead, waiter);

        assertThat(refusal(bulkhead, waiter))
                .hasMessageEndingWith("the only seat is taken and none came free within 500ms");
        assertThat(numbers(bulkhead)).containsEntry("waiting", 0);
        bulkhead.settle(waiter.ended(Outcome.REFUSED, null, null, false));
        bulkhead.settle(guest.gave("done"));

        assertThat(numbers(bulkhead)).containsEntry("in-use", 0).containsEntry("available", 1);
    }

    @Test
    void aSeatHandedToSomebodyWhoWasCancelledMeanwhileGoesOnToTheNext() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        FakeCall guest = seated(bulkhead);
        FakeCall cancelled = new FakeCall(time);
        FakeCall next = new FakeCall(time);
        lineUp(bulkhead, cancelled);
        CompletableFuture<?> signal = lineUp(bulkhead, next);

        bulkhead.settle(guest.gave("done"));
        bulkhead.settle(cancelled.ended(Outcome.CANCELLED, null, null, false));

        assertThat(signal).isCompleted();
        assertThat(bulkhead.admit(next)).isEqualTo(Admission.proceed());
        bulkhead.settle(next.gave("done"));
        assertThat(numbers(bulkhead)).containsEntry("in-use", 0).containsEntry("waiting", 0);
    }

    @Test
    void whoIsCancelledInLineLeavesIt() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        FakeCall guest = seated(bulkhead);
        FakeCall cancelled = new FakeCall(time);
        CompletableFuture<?> signal = lineUp(bulkhead, cancelled);

        bulkhead.settle(cancelled.ended(Outcome.CANCELLED, null, null, false));
        bulkhead.settle(guest.gave("done"));

        assertThat(signal).isNotDone();
        assertThat(numbers(bulkhead)).containsEntry("in-use", 0).containsEntry("waiting", 0);
    }

    @Test
    void waitsNoLongerThanTheCallHasTime() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        seated(bulkhead);

        Admission answer = bulkhead.admit(new FakeCall(time).remaining(1_000));
        assertThat(((Admission.AskAgain) answer).withinNanos()).isEqualTo(1_000);

        refusal(bulkhead, new FakeCall(time).remaining(0));
    }

    @Test
    void moreSeatsAreGivenToThoseInLine() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        seated(bulkhead);
        List<CompletableFuture<?>> signals = List.of(
                lineUp(bulkhead, new FakeCall(time)),
                lineUp(bulkhead, new FakeCall(time)),
                lineUp(bulkhead, new FakeCall(time)));

        KIND.reconfigure(bulkhead, configuration("max-concurrent", "3", "max-wait", "1s"));

        assertThat(signals).extracting(CompletableFuture::isDone).containsExactly(true, true, false);
        assertThat(numbers(bulkhead)).containsEntry("in-use", 3).containsEntry("waiting", 1);
    }

    @Test
    void fewerSeatsAreReachedAsGuestsLeave() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "3", "max-wait", "1s");
        List<FakeCall> guests = List.of(seated(bulkhead), seated(bulkhead), seated(bulkhead));
        CompletableFuture<?> signal = lineUp(bulkhead, new FakeCall(time));

        KIND.reconfigure(bulkhead, configuration("max-concurrent", "1", "max-wait", "1s"));
        bulkhead.settle(guests.get(0).gave("done"));
        bulkhead.settle(guests.get(1).gave("done"));
        assertThat(signal).isNotDone();
        assertThat(numbers(bulkhead)).containsEntry("in-use", 1).containsEntry("available", 0);
        bulkhead.settle(guests.get(2).gave("done"));

        assertThat(signal).isCompleted();
        assertThat(numbers(bulkhead)).containsEntry("in-use", 1).containsEntry("waiting", 0);
    }

    @Test
    void handsASeatToTheMostImportantAndAmongEqualsToWhoCameFirst() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        FakeCall guest = seated(bulkhead);
        FakeCall low = new FakeCall(time).priority(-1);
        FakeCall first = new FakeCall(time);
        FakeCall second = new FakeCall(time);
        FakeCall high = new FakeCall(time).priority(1);
        List<FakeCall> line = List.of(low, first, second, high);
        List<CompletableFuture<?>> signals = new ArrayList<>();
        line.forEach(call -> signals.add(lineUp(bulkhead, call)));

        List<FakeCall> served = new ArrayList<>();
        for (FakeCall last = guest; served.size() < 4; last = served.get(served.size() - 1)) {
            bulkhead.settle(last.gave("done"));
            for (int at = 0; at < 4; at++) {
                if (signals.get(at).isDone() && !served.contains(line.get(at))) {
                    assertThat(bulkhead.admit(line.get(at))).isEqualTo(Admission.proceed());
                    served.add(line.get(at));
                }
            }
        }

        assertThat(served).containsExactly(high, first, second, low);
    }

    @Test
    void aFullLineShedsItsNewestOfTheLeastImportantForAMoreImportantOne() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s", "max-waiting", "3");
        seated(bulkhead);
        FakeCall normal = new FakeCall(time);
        FakeCall older = new FakeCall(time).priority(-1);
        FakeCall newer = new FakeCall(time).priority(-1);
        lineUp(bulkhead, older);
        CompletableFuture<?> signal = lineUp(bulkhead, newer);
        lineUp(bulkhead, normal);

        assertThat(refusal(bulkhead, new FakeCall(time).priority(-1)).why()).isEqualTo(Why.TAKEN);
        lineUp(bulkhead, new FakeCall(time));

        assertThat(signal).isCompleted();
        BulkheadFullException shed = refusal(bulkhead, newer);
        assertThat(shed)
                .hasMessageEndingWith("the only seat is taken and a more important call took its place in the line"
                        + " (its priority is -1)");
        assertThat(shed.why()).isEqualTo(Why.SHED);
        assertThat(shed.priority()).isEqualTo(-1);
        bulkhead.settle(newer.ended(Outcome.REFUSED, null, shed, false));
        assertThat(numbers(bulkhead))
                .containsEntry("waiting", 3)
                .containsEntry("shed", 1L)
                .containsEntry("gave-up", 0L);
    }

    @Test
    void whereNobodyWaitsTheLastFifthIsNotForTheLessImportant() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "6");
        for (int taken = 0; taken < 5; taken++) {
            assertThat(bulkhead.admit(new FakeCall(time).priority(-1))).isEqualTo(Admission.proceed());
        }

        BulkheadFullException kept = refusal(bulkhead, new FakeCall(time).priority(-1));
        seated(bulkhead);
        BulkheadFullException taken = refusal(bulkhead, new FakeCall(time).priority(-1));

        assertThat(kept.why()).isEqualTo(Why.KEPT);
        assertThat(kept).hasMessageContaining("the seats that are free of 6 are kept for more important calls");
        assertThat(taken.why()).isEqualTo(Why.TAKEN);
        assertThat(numbers(bulkhead)).containsEntry("shed", 1L);
    }

    @Test
    void oneSeatIsForEverybody() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "low-priority-share", "1%");

        assertThat(bulkhead.admit(new FakeCall(time).priority(-5))).isEqualTo(Admission.proceed());
    }

    @Test
    void tellsHowLongTheOneWaitsWhoHasWaitedLongest() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "10s");
        seated(bulkhead);
        lineUp(bulkhead, new FakeCall(time));
        time.advance(Duration.ofMillis(300));
        lineUp(bulkhead, new FakeCall(time).priority(1));
        time.advance(Duration.ofMillis(200));

        assertThat(numbers(bulkhead)).containsEntry("longest-wait-millis", 500L);
    }

    @Test
    void countsWhoGaveUp() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        seated(bulkhead);
        FakeCall late = new FakeCall(time);
        FakeCall cancelled = new FakeCall(time);
        lineUp(bulkhead, late);
        lineUp(bulkhead, cancelled);

        assertThat(refusal(bulkhead, late).why()).isEqualTo(Why.WAITED_IN_VAIN);
        bulkhead.settle(late.ended(Outcome.REFUSED, null, null, false));
        bulkhead.settle(cancelled.ended(Outcome.CANCELLED, null, null, false));

        assertThat(numbers(bulkhead)).containsEntry("gave-up", 2L).containsEntry("waiting", 0);
    }

    @Test
    void eachKeyHasItsOwnSeatsForAsLongAsSomebodySits() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1");
        FakeCall ours = seated(bulkhead, new FakeCall(time).key("ours"));
        FakeCall theirs = seated(bulkhead, new FakeCall(time).key("theirs"));
        FakeCall nobodys = seated(bulkhead);

        refusal(bulkhead, new FakeCall(time).key("ours"));
        refusal(bulkhead, new FakeCall(time));
        assertThat(numbers(bulkhead)).containsEntry("in-use", 3).containsEntry("keys", 2);
        List.of(ours, theirs, nobodys).forEach(call -> bulkhead.settle(call.gave("done")));

        assertThat(numbers(bulkhead)).containsEntry("in-use", 0).containsEntry("keys", 0);
        seated(bulkhead, new FakeCall(time).key("ours"));
    }

    @Test
    void eachKeyHasItsOwnLine() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        FakeCall ours = seated(bulkhead, new FakeCall(time).key("ours"));
        FakeCall next = new FakeCall(time).key("ours");
        CompletableFuture<?> signal = lineUp(bulkhead, next);

        bulkhead.settle(ours.gave("done"));

        assertThat(signal).isCompleted();
        assertThat(bulkhead.admit(next)).isEqualTo(Admission.proceed());
        bulkhead.settle(next.gave("done"));
        assertThat(numbers(bulkhead)).containsEntry("in-use", 0).containsEntry("keys", 0);
    }

    @Test
    void showsAKeyAndNeverForgetsWhoIsUnderWay() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "3");
        assertThat(KIND.keyed(bulkhead)).isEmpty();
        seated(bulkhead, new FakeCall(time).key(42L));
        KeyedState keys = KIND.keyed(bulkhead).orElseThrow();

        KeyView view = keys.view(List.of("42"), null);

        assertThat(view.standing()).isEqualTo(KeyStanding.OWN);
        assertThat(view.details()).containsEntry("in-use", 1).containsEntry("available", 2);
        assertThat(keys.view(List.of("43"), null).standing()).isEqualTo(KeyStanding.NONE);
        assertThat(keys.reset(List.of("42")).done()).isFalse();
        assertThat(numbers(bulkhead)).containsEntry("in-use", 1);
    }

    @Test
    void moreSeatsAreGivenToThoseInLineOfEveryKey() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s");
        seated(bulkhead, new FakeCall(time).key("ours"));
        CompletableFuture<?> signal = lineUp(bulkhead, new FakeCall(time).key("ours"));

        KIND.reconfigure(bulkhead, configuration("max-concurrent", "2", "max-wait", "1s"));

        assertThat(signal).isCompleted();
    }

    @Test
    void becomesAdaptiveAndStopsBeingSoWhileCallsAreUnderWay() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "30");
        FakeCall before = seated(bulkhead);
        assertThat(numbers(bulkhead)).containsEntry("limit", 30);

        KIND.reconfigure(bulkhead, configuration("adaptive", "gradient", "max-concurrent", "30"));
        assertThat(numbers(bulkhead))
                .containsEntry("limit", 20)
                .containsEntry("max-concurrent", 30)
                .containsEntry("latency-micros", 0L);
        bulkhead.settle(before.gave("done"));
        FakeCall meanwhile = seated(bulkhead);
        KIND.reconfigure(bulkhead, configuration("max-concurrent", "30"));
        bulkhead.settle(meanwhile.gave("done"));

        assertThat(numbers(bulkhead)).containsEntry("limit", 30).containsEntry("in-use", 0);
    }

    @Test
    void aPriorityThatCantBeToldIsNormalAndIsNoticedOnce() {
        List<ResilienceEvent> events = new ArrayList<>();
        BulkheadPolicy bulkhead = KIND.create(
                "reports",
                configuration("max-concurrent", "1"),
                new PolicyContext(time.time(), events::add, List.of()));
        seated(bulkhead);

        for (int call = 0; call < 2; call++) {
            BulkheadFullException refusal = refusal(bulkhead, new FakeCall(time).brokenPriority());
            assertThat(refusal.priority()).isZero();
        }

        assertThat(events).singleElement().satisfies(event -> assertThat(((ResilienceEvent.Noticed) event).what())
                .startsWith("the priority of a call of Test.operation threw java.lang.IllegalArgumentException"
                        + " and was ignored: it counts as normal")
                .as("what an exception says may be of users")
                .doesNotContain("no priority"));
    }

    @Test
    void aListenerThatThrowsDoesNotTakeTheSeatOfACallWhosePriorityCantBeTold() {
        BulkheadPolicy bulkhead = KIND.create(
                "reports",
                configuration("max-concurrent", "1", "max-wait", "1s"),
                new PolicyContext(
                        time.time(),
                        event -> {
                            throw new NoClassDefFoundError("gone");
                        },
                        List.of()));
        seated(bulkhead);

        assertThat(bulkhead.admit(new FakeCall(time).brokenPriority())).isInstanceOf(Admission.AskAgain.class);
    }

    @Test
    void theOnlySeatIsNotAllOfThem() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "1s", "max-waiting", "1");
        seated(bulkhead);
        lineUp(bulkhead, new FakeCall(time));

        assertThat(refusal(bulkhead, new FakeCall(time)))
                .hasMessageEndingWith("the only seat is taken and 1 call waits in line");
    }

    @Test
    void aBodyThatNobodyWaitsForStillOccupiesItsSeat() {
        assertThat(bulkhead().heldUntilBodyEnds()).isTrue();
    }

    private static BulkheadConfiguration configuration(String... knobs) {
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < knobs.length; i += 2) {
            texts.put(knobs[i], knobs[i + 1]);
        }
        return Configurations.of(BulkheadConfiguration.class, texts);
    }

    private BulkheadPolicy bulkhead(String... knobs) {
        return KIND.create("reports", configuration(knobs), new PolicyContext(time.time(), event -> {}, List.of()));
    }

    private FakeCall seated(BulkheadPolicy bulkhead) {
        return seated(bulkhead, new FakeCall(time));
    }

    private static FakeCall seated(BulkheadPolicy bulkhead, FakeCall call) {
        assertThat(bulkhead.admit(call)).isEqualTo(Admission.proceed());
        return call;
    }

    private static CompletableFuture<?> lineUp(BulkheadPolicy bulkhead, FakeCall call) {
        Admission answer = bulkhead.admit(call);
        assertThat(answer).isInstanceOf(Admission.AskAgain.class);
        return ((Admission.AskAgain) answer).signal().toCompletableFuture();
    }

    private static BulkheadFullException refusal(BulkheadPolicy bulkhead, FakeCall call) {
        Admission answer = bulkhead.admit(call);
        assertThat(answer).isInstanceOf(Admission.Fail.class);
        return (BulkheadFullException) ((Admission.Fail) answer).cause();
    }

    private static Map<String, Number> numbers(BulkheadPolicy bulkhead) {
        return KIND.snapshot(bulkhead).numbers();
    }
}
