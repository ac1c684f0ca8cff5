package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.bulkhead.BulkheadFullException.Why;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A bulkhead beside a naive twin that keeps a list: whoever comes, is done, waits too long, is interrupted, cancelled, shed,
 * or resizes, both agree at every step on who sits, who waits in which order, and who was sent away.
 */
class BulkheadTwinTest {

    private static final int STEPS = Integer.getInteger("resilience.proof.steps", 250_000);

    private final ManualTime time = new ManualTime();
    private final List<FakeCall> seated = new ArrayList<>();
    private final List<FakeCall> line = new ArrayList<>();
    private final Map<FakeCall, CompletableFuture<?>> signals = new LinkedHashMap<>();
    private int limit = 3;
    private int places = 4;
    private int exits;
    private final BulkheadKind kind = new BulkheadKind();
    private final BulkheadPolicy bulkhead =
            kind.create("twin", configuration(), new PolicyContext(time.time(), event -> {}, List.of()));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithItsTwinAtEveryStep(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            act(random);
            assertThat(bulkhead.snapshot().numbers())
                    .containsEntry("in-use", seated.size())
                    .containsEntry("waiting", line.size());
        }
        while (!seated.isEmpty() || !line.isEmpty()) {
            (seated.isEmpty() ? line : seated).stream().findFirst().ifPresent(this::leave);
        }
        assertThat(bulkhead.snapshot().numbers()).containsEntry("in-use", 0).containsEntry("waiting", 0);
        assertThat(exits).isGreaterThan(STEPS / 3);
    }

    private void act(Random random) {
        int dice = random.nextInt(100);
        if (dice < 50) {
            come(new FakeCall(time).priority(random.nextInt(3) - 1));
        } else if (dice < 80) {
            any(seated, random, this::leave);
        } else if (dice < 88) {
            any(line, random, this::waitsInVain);
        } else if (dice < 98) {
            any(line, random, this::leave);
        } else {
            limit = 1 + random.nextInt(4);
            places = 1 + random.nextInt(5);
            kind.reconfigure(bulkhead, configuration());
            seatTwins();
        }
    }

    private static void any(List<FakeCall> calls, Random random, Consumer<FakeCall> what) {
        if (!calls.isEmpty()) {
            what.accept(calls.get(random.nextInt(calls.size())));
        }
    }

    private void come(FakeCall call) {
        Admission answer = bulkhead.admit(call);
        if (seated.size() < limit) {
            assertThat(answer).isEqualTo(Admission.proceed());
            seated.add(call);
            return;
        }
        FakeCall last = line.isEmpty() ? null : line.get(line.size() - 1);
        boolean sheds = line.size() >= places && last != null && last.priority() < call.priority();
        if (line.size() >= places && !sheds) {
            assertThat(why(answer)).isEqualTo(Why.TAKEN);
            exits++;
            return;
        }
        assertThat(answer).isInstanceOf(Admission.AskAgain.class);
        signals.put(call, ((Admission.AskAgain) answer).signal().toCompletableFuture());
        if (sheds) {
            line.remove(last);
            assertThat(signals.remove(last)).isCompleted();
            assertThat(why(bulkhead.admit(last))).isEqualTo(Why.SHED);
            bulkhead.settle(last.ended(Outcome.REFUSED, null, null, false));
            exits++;
        }
        line.add(call);
        line.sort(Comparator.comparingInt((FakeCall each) -> -each.priority()));
    }

    private void waitsInVain(FakeCall call) {
        line.remove(call);
        assertThat(signals.remove(call)).isNotDone();
        assertThat(why(bulkhead.admit(call))).isEqualTo(Why.WAITED_IN_VAIN);
        bulkhead.settle(call.ended(Outcome.REFUSED, null, null, false));
        exits++;
    }

    /** It is done, or, in line, it is interrupted or cancelled. */
    private void leave(FakeCall call) {
        bulkhead.settle(seated.remove(call) ? call.gave("done") : call.ended(Outcome.CANCELLED, null, null, false));
        line.remove(call);
        signals.remove(call);
        exits++;
        seatTwins();
    }

    private void seatTwins() {
        while (seated.size() < limit && !line.isEmpty()) {
            FakeCall first = line.remove(0);
            assertThat(signals.remove(first)).isCompleted();
            assertThat(bulkhead.admit(first)).isEqualTo(Admission.proceed());
            seated.add(first);
        }
        signals.values().forEach(signal -> assertThat(signal).isNotDone());
    }

    private static Why why(Admission answer) {
        return ((BulkheadFullException) ((Admission.Fail) answer).cause()).why();
    }

    private BulkheadConfiguration configuration() {
        return Configurations.of(
                BulkheadConfiguration.class,
                Map.of(
                        "max-concurrent",
                        String.valueOf(limit),
                        "max-waiting",
                        String.valueOf(places),
                        "max-wait",
                        "1s"));
    }
}
