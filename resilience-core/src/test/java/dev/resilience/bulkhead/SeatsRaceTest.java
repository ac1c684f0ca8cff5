package dev.resilience.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Guests, impatient and cancelled ones among them, race the handing on of seats. */
class SeatsRaceTest {

    private static final int SEATS = 3;
    private static final int THREADS = 16;
    private static final int VISITS = Integer.getInteger("resilience.proof.visits", 20_000);

    private final Bounds bounds = new Bounds(SEATS, 8, 80);
    private final Seats seats = new Seats(bounds);
    private final AtomicInteger seated = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger stranded = new AtomicInteger();

    @Test
    void allSeatsAreBackAfterAnyNumberOfRacesAndNoneWasTakenTwice() throws InterruptedException {
        List<Thread> guests = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(i);
            guests.add(new Thread(() -> visitOften(random)));
        }
        guests.forEach(Thread::start);
        for (int i = 0; i < 200; i++) {
            bounds.set(1 + i % SEATS, 8, 80);
            seats.handOn();
            Thread.yield();
        }
        bounds.set(SEATS, 8, 80);
        seats.handOn();
        for (Thread guest : guests) {
            guest.join();
        }

        assertThat(most).hasValueLessThanOrEqualTo(SEATS);
        assertThat(stranded).hasValue(0);
        assertThat(seats.inUse()).isZero();
        assertThat(seats.waiting()).isZero();
    }

    private void visitOften(Random random) {
        for (int i = 0; i < VISITS / THREADS && stranded.get() == 0; i++) {
            if (seats.tryTake()) {
                sit();
                seats.leave();
            } else {
                waitInLine(random);
            }
        }
    }

    private void waitInLine(Random random) {
        Ticket ticket = seats.takeOrWait(random.nextInt(3) - 1, 0);
        if (ticket == null) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> seats.leave(ticket);
            case 1 -> decideAfter(ticket, random.nextInt(50));
            default -> decideAfter(ticket, patience());
        }
    }

    private static int patience() {
        return (int) TimeUnit.SECONDS.toMicros(10);
    }

    private void decideAfter(Ticket ticket, int micros) {
        if (!ticket.isSeated() && !signalled(ticket, micros) && micros == patience()) {
            stranded.incrementAndGet();
        }
        if (seats.endWait(ticket) == Ticket.State.SEATED) {
            sit();
        }
        seats.leave(ticket);
        seats.leave(ticket);
    }

    private static boolean signalled(Ticket ticket, int micros) {
        try {
            ticket.signal().get(micros, TimeUnit.MICROSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (InterruptedException | ExecutionException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private void sit() {
        int now = seated.incrementAndGet();
        most.accumulateAndGet(now, Math::max);
        Thread.yield();
        seated.decrementAndGet();
    }
}
