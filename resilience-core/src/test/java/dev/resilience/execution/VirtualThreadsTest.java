package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Pipeline;
import dev.resilience.time.ManualTime;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Time;
import dev.resilience.time.VirtualThreads;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As many calls as there are virtual threads, all within their deadlines at once. */
class VirtualThreadsTest {

    private static final int MANY = 5_000;
    private static final int VERY_MANY = 100_000;
    private static final Duration TOO_LONG = Duration.ofMinutes(1);

    private final ManualTime clock = new ManualTime();
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final World world =
            new World(new Time(clock, clock, scheduler, InstantSource.system(), RandomSource.system()));

    @Test
    void callsOfManyEndWhenTheyAreDone() throws Exception {
        callsEndWhenTheyAreDone(MANY);
    }

    @Test
    void callsOfManyEndWhenTheirTimeIsOver() throws Exception {
        callsEndWhenTheirTimeIsOver(MANY);
    }

    @Tag("long")
    @Test
    void callsOfVeryManyEndWhenTheyAreDone() throws Exception {
        callsEndWhenTheyAreDone(VERY_MANY);
    }

    @Tag("long")
    @Test
    void callsOfVeryManyEndWhenTheirTimeIsOver() throws Exception {
        callsEndWhenTheirTimeIsOver(VERY_MANY);
    }

    private void callsEndWhenTheyAreDone(int callers) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        LongAdder values = new LongAdder();
        List<Thread> threads = callers(callers, () -> done, values, new LongAdder());
        assertThat(world.deadlines.armed()).isEqualTo(callers);

        done.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(values.sum()).isEqualTo(callers);
        world.assertAtRest();
        scheduler.close();
    }

    private void callsEndWhenTheirTimeIsOver(int callers) throws Exception {
        LongAdder expiries = new LongAdder();
        List<Thread> threads = callers(callers, () -> new CountDownLatch(1), new LongAdder(), expiries);

        clock.advance(Duration.ofSeconds(10).minusNanos(1));
        assertThat(expiries.sum()).isZero();
        clock.advanceNanos(1);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(expiries.sum()).isEqualTo(callers);
        world.assertAtRest();
        scheduler.close();
    }

    private List<Thread> callers(int count, Supplier<CountDownLatch> end, LongAdder values, LongAdder expiries) {
        ThreadFactory factory = VirtualThreads.named("caller").orElse(null);
        Assumptions.assumeTrue(factory != null, "no virtual threads");
        ScriptedPolicy limit = new ScriptedPolicy();
        LongAdder within = new LongAdder();
        Pipeline pipeline = world.pipeline(limit);
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < count; caller++) {
            limit.admitting(Admission.proceedWithin(Duration.ofSeconds(10)));
        }
        for (int caller = 0; caller < count; caller++) {
            Thread thread = factory.newThread(() -> {
                try {
                    pipeline.call(() -> {
                        within.increment();
                        end.get().await();
                        return "done";
                    });
                    values.increment();
                } catch (Exception expiry) {
                    expiries.increment();
                }
            });
            threads.add(thread);
            thread.start();
        }
        Awaitility.await().atMost(TOO_LONG).until(() -> within.sum() == count);
        clock.advanceNanos(0);
        return threads;
    }
}
