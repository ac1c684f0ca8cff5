package dev.resilience.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.Outcome;
import dev.resilience.Pipeline;
import dev.resilience.Policy;
import dev.resilience.Verdict;
import dev.resilience.time.RandomSource;
import dev.resilience.time.ThreadPulse;
import dev.resilience.time.ThreadScheduler;
import dev.resilience.time.Ticker;
import dev.resilience.time.Time;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Streams on real threads, before a subscriber who forgives nothing. */
class FluxHammerTest {

    private static final int ELEMENTS = 60;
    private static final int STREAMS = 1_000;
    private static final Duration TOO_LONG = Duration.ofSeconds(30);

    private final ThreadPulse pulse = new ThreadPulse(Ticker.system());
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final Scheduler sources = Schedulers.newParallel("sources", 2);
    private final Scheduler wishes = Schedulers.newParallel("wishes", 2);
    private final World world =
            new World(new Time(Ticker.system(), pulse, scheduler, InstantSource.system(), RandomSource.system()));
    private final SplittableRandom random = new SplittableRandom(42);

    @AfterEach
    void everythingIsGivenBack() {
        Awaitility.await().atMost(TOO_LONG).until(world::isAtRest);
        world.assertAtRest();
        sources.dispose();
        wishes.dispose();
        scheduler.close();
        pulse.close();
    }

    @Test
    void losesAndDoublesNoElementThroughASecondAttempt() throws Exception {
        for (int stream = 0; stream < STREAMS; stream++) {
            AtomicInteger attempts = new AtomicInteger();
            Pipeline pipeline = world.pipeline(new Retry(), new ScriptedPolicy());
            Strict subscriber = new Strict();

            pipeline.flux(() -> attempts.getAndIncrement() == 0 ? failing() : flowing())
                    .subscribe(subscriber);
            ask(subscriber);

            assertThat(subscriber.ended.await(TOO_LONG.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(subscriber.offences).isEmpty();
            assertThat(subscriber.received).hasValue(ELEMENTS);
        }
    }

    @Test
    void saysNothingWrongWhenTheTimeEndsOrTheSubscriberLeaves() throws Exception {
        Admission shortly = Admission.proceedWhollyWithin(Duration.ofNanos(1));
        for (int stream = 0; stream < STREAMS; stream++) {
            Pipeline pipeline = world.pipeline(new ScriptedPolicy().admitting(shortly), new ScriptedPolicy());
            Strict subscriber = new Strict();

            pipeline.flux(this::endless).subscribe(subscriber);
            ask(subscriber);
            boolean leaves = random.nextBoolean();
            if (leaves) {
                subscriber.subscription.cancel();
            }

            assertThat(leaves || subscriber.ended.await(TOO_LONG.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(subscriber.offences).isEmpty();
        }
    }

    private void ask(Strict subscriber) {
        int portion = 1 + random.nextInt(ELEMENTS);
        for (int asked = 0; asked < ELEMENTS; asked += portion) {
            wishes.schedule(() -> subscriber.ask(portion));
        }
    }

    private Flux<Integer> failing() {
        return Flux.<Integer>error(new IllegalStateException()).publishOn(sources);
    }

    private Flux<Integer> flowing() {
        Flux<Integer> range = Flux.range(0, ELEMENTS);
        return random.nextBoolean() ? range : range.publishOn(sources, 1 + random.nextInt(8));
    }

    private Flux<Integer> endless() {
        AtomicInteger next = new AtomicInteger();
        return Flux.<Integer>generate(sink -> sink.next(next.getAndIncrement())).publishOn(sources, 2);
    }

    /** Tries a failed call again, as often as it fails. */
    private static final class Retry implements Policy {
        @Override
        public Admission admit(Call call) {
            return Admission.proceed();
        }

        @Override
        public Verdict settle(Call call) {
            return call.outcome() == Outcome.VALUE ? Verdict.proceed() : Verdict.tryAgain(0);
        }
    }

    /** Wants its elements in order, one at a time, never more than it asked for, and nothing after the end. */
    private static final class Strict implements CoreSubscriber<Integer> {
        private final Queue<String> offences = new ConcurrentLinkedQueue<>();
        private final AtomicLong asked = new AtomicLong();
        private final AtomicInteger received = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Subscription subscription;

        private void ask(int more) {
            asked.addAndGet(more);
            subscription.request(more);
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Integer element) {
            alone(() -> {
                if (element != received.getAndIncrement()) {
                    offences.add("element " + element + " out of order");
                }
                if (received.get() > asked.get()) {
                    offences.add("an element nobody asked for");
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            end();
        }

        @Override
        public void onComplete() {
            end();
        }

        private void end() {
            alone(() -> {
                if (ended.getCount() == 0) {
                    offences.add("ended twice");
                }
                ended.countDown();
            });
        }

        private void alone(Runnable signal) {
            if (inside.getAndIncrement() != 0) {
                offences.add("two signals at once");
            }
            if (ended.getCount() == 0) {
                offences.add("a signal after the end");
            }
            signal.run();
            inside.decrementAndGet();
        }
    }
}
