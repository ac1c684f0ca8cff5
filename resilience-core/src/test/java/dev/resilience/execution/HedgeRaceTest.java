package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Call;
import dev.resilience.Hedger;
import dev.resilience.Pipeline;
import dev.resilience.time.ManualTime;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Two tries, a caller who leaves, and seats: all of them in the same instant, on threads of their own. */
class HedgeRaceTest {

    private static final int ROUNDS = 500;

    private final ManualTime clock = new ManualTime();
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final ExecutorService rivals = Executors.newFixedThreadPool(3);
    private final World world =
            new World(new Time(clock, clock, scheduler, InstantSource.system(), RandomSource.system()));
    private final Queue<String> winners = new ConcurrentLinkedQueue<>();
    private final Pipeline pipeline = world.pipeline(
            new ScriptedPolicy().held(), new ScriptedPolicy().hedging(new AtOnce()), new ScriptedPolicy().held());

    @AfterEach
    void everythingIsGivenBack() {
        Awaitility.await().until(world::isAtRest);
        world.assertAtRest();
        rivals.shutdownNow();
        scheduler.close();
    }

    @RepeatedTest(2)
    void theCallerIsGivenWhatHasWon() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<String>> tries = List.of(new CompletableFuture<>(), new CompletableFuture<>());
            CompletableFuture<String> answer = begin(tries);

            atOnce(() -> tries.get(0).complete("first"), () -> tries.get(1).complete("hedge"));

            assertThat(answer.join()).isEqualTo(winners.remove());
            assertThat(winners).isEmpty();
        }
    }

    @RepeatedTest(2)
    void oneThatFailsLeavesTheOtherToWin() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<String>> tries = List.of(new CompletableFuture<>(), new CompletableFuture<>());
            CompletableFuture<String> answer = begin(tries);
            int failing = round % 2;

            atOnce(() -> tries.get(failing).completeExceptionally(new ContractTest.Boom()), () -> tries.get(1 - failing)
                    .complete("good"));

            assertThat(answer.join()).isEqualTo("good");
        }
    }

    @RepeatedTest(2)
    void aCallerWhoLeavesIsToldNothingElse() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<String>> tries = List.of(new CompletableFuture<>(), new CompletableFuture<>());
            CompletableFuture<String> answer = begin(tries);
            boolean fails = random.nextBoolean();

            atOnce(() -> tries.get(0).complete("first"), () -> answer.cancel(true), () -> {
                if (fails) {
                    tries.get(1).completeExceptionally(new ContractTest.Boom());
                }
            });

            assertThat(answer).isDone();
            Awaitility.await().pollDelay(Duration.ZERO).until(() -> tries.stream()
                    .allMatch(CompletableFuture::isDone));
        }
    }

    /** A call of which both tries have begun. */
    private CompletableFuture<String> begin(List<CompletableFuture<String>> tries) {
        AtomicInteger begun = new AtomicInteger();
        CompletableFuture<String> answer = pipeline.callAsync(() -> tries.get(begun.getAndIncrement()));
        while (begun.get() < 2) {
            Thread.onSpinWait();
        }
        return answer;
    }

    private void atOnce(Runnable... deeds) throws Exception {
        CyclicBarrier start = new CyclicBarrier(deeds.length);
        List<Future<?>> done = new ArrayList<>();
        for (Runnable deed : deeds) {
            done.add(rivals.submit(() -> {
                start.await();
                deed.run();
                return null;
            }));
        }
        for (Future<?> each : done) {
            each.get();
        }
    }

    private final class AtOnce implements Hedger {

        @Override
        public long hedgeAfterNanos(Call call) {
            return 0;
        }

        @Override
        public boolean grantsHedge(Call call) {
            return true;
        }

        @Override
        public void won(Call call, long nanos, boolean byHedge) {
            winners.add(byHedge ? "hedge" : "first");
        }
    }
}
