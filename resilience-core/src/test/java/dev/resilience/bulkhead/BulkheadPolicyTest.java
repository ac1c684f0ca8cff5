package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
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
                .hasMessageEndingWith("all 1 seats are taken and 2 calls wait in line");
    }

    @Test
    void refusesWhoHasWaitedForNothingAndKeepsNoPlaceForThem() {
        BulkheadPolicy bulkhead = bulkhead("max-concurrent", "1", "max-wait", "500ms");
        FakeCall guest = seated(bulkhead);
        FakeCall waiter = new FakeCall(time);
        lineUp(bulkhead, waiter);

        assertThat(refusal(bulkhead, waiter))
                .hasMessageEndingWith("all 1 seats are taken and none came free within 500ms");
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
        FakeCall call = new FakeCall(time);
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
