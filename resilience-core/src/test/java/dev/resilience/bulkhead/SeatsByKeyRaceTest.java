package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.Outcome;
import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Seats of keys come and go with those who sit on them, and no key ever has more than its own. */
class SeatsByKeyRaceTest {

    private static final int KEYS = 5;
    private static final int SEATS = 2;
    private static final int THREADS = 8;
    private static final int VISITS = Integer.getInteger("resilience.proof.visits", 20_000);

    private final ManualTime time = new ManualTime();
    private final BulkheadPolicy bulkhead = new BulkheadKind()
            .create(
                    "keyed",
                    Configurations.of(
                            BulkheadConfiguration.class,
                            Map.of("max-concurrent", "2", "max-wait", "1s", "max-waiting", "2")),
                    new PolicyContext(time.time(), event -> {}, List.of()));
    private final AtomicIntegerArray seated = new AtomicIntegerArray(KEYS);
    private final AtomicLong tooMany = new AtomicLong();
    private final AtomicLong served = new AtomicLong();

    @Test
    void noKeyHasMoreSeatsThanItsOwnAndNothingIsLeft() throws InterruptedException {
        List<Thread> guests = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(i);
            guests.add(new Thread(() -> {
                for (int visit = 0; visit < VISITS / THREADS; visit++) {
                    visit(random);
                }
            }));
        }
        guests.forEach(Thread::start);
        for (Thread guest : guests) {
            guest.join();
        }

        assertThat(tooMany).hasValue(0);
        assertThat(served).hasValueGreaterThan(0);
        assertThat(bulkhead.snapshot().numbers())
                .containsEntry("in-use", 0)
                .containsEntry("waiting", 0)
                .containsEntry("keys", 0);
    }

    private void visit(Random random) {
        int key = random.nextInt(KEYS);
        FakeCall call = new FakeCall(() -> 0, () -> 0).key("key " + key).priority(random.nextInt(3) - 1);
        Admission answer = bulkhead.admit(call);
        if (answer instanceof Admission.AskAgain && random.nextBoolean()) {
            Thread.yield();
            answer = bulkhead.admit(call);
        }
        if (answer == Admission.proceed()) {
            sit(key);
        }
        if (answer == Admission.proceed() || call.memo() != null) {
            bulkhead.settle(call.ended(Outcome.VALUE, "done", null, true));
        }
    }

    private void sit(int key) {
        if (seated.incrementAndGet(key) > SEATS) {
            tooMany.incrementAndGet();
        }
        served.incrementAndGet();
        Thread.yield();
        seated.decrementAndGet(key);
    }
}
