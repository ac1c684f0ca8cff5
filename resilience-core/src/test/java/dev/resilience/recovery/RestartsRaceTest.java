package dev.resilience.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Pipeline;
import dev.resilience.recovery.Scene.BrokenException;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;

/** Callers on many threads, of a client that breaks and is restarted while they call. */
class RestartsRaceTest {

    private static final int CALLERS = 16;
    private static final int CALLS = 200;

    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final AtomicInteger restarts = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();

    @RepeatedTest(5)
    void isRestartedOnceAndNobodyFails() throws Exception {
        Scene scene = new Scene();
        Restartable client = this::restart;
        scene.lent.put("client", client);
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (ThreadPulse pulse = new ThreadPulse(Ticker.system());
                ThreadScheduler scheduler = new ThreadScheduler()) {
            scene.by(new Time(Ticker.system(), pulse, scheduler, InstantSource.system(), RandomSource.system()));
            Pipeline pipeline = scene.rules("BrokenException -> restart client");
            List<Future<Integer>> all = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                all.add(callers.submit(() -> calls(pipeline)));
            }

            for (Future<Integer> each : all) {
                assertThat(each.get()).isEqualTo(CALLS);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(restarts).hasValue(1);
        assertThat(underWay).hasValue(0);
    }

    private int calls(Pipeline pipeline) throws Exception {
        int answered = 0;
        for (int call = 0; call < CALLS; call++) {
            answered += pipeline.call(this::answer);
        }
        return answered;
    }

    private int answer() {
        if (broken.get()) {
            throw new BrokenException();
        }
        return 1;
    }

    private void restart() {
        assertThat(underWay.incrementAndGet()).isOne();
        restarts.incrementAndGet();
        Thread.yield();
        broken.set(false);
        underWay.decrementAndGet();
    }
}
