package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.EventLoopRestException;
import dev.resilience.spring.GuardReport;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Decision 21: a waiting or sleeping guard never blocks an event loop. */
class EventLoopTest {

    private final ManualTime time = new ManualTime();
    private final Scheduler eventLoop = Schedulers.newSingle("event-loop");
    private final Scheduler elastic = Schedulers.newBoundedElastic(1, 1, "elastic");

    @AfterEach
    void end() {
        eventLoop.dispose();
        elastic.dispose();
    }

    @Test
    void aLimiterRefusesInsteadOfPuttingAnEventLoopToRest() {
        in(context -> {
            Busy busy = context.getBean(Busy.class);
            assertThat(on(eventLoop, busy::throttled)).isEqualTo("served");

            refused(on(eventLoop, busy::throttled), "rate-limiters", "throttle");
        });
    }

    @Test
    void itsPermitComesBack() {
        in(context -> {
            Busy busy = context.getBean(Busy.class);
            busy.throttled();
            for (int call = 0; call < 20; call++) {
                refused(on(eventLoop, busy::throttled), "rate-limiters", "throttle");
            }
            time.advance(Duration.ofSeconds(1));
            assertThat(on(eventLoop, busy::throttled)).isEqualTo("served");
        });
    }

    @Test
    void aRetryRefusesToSleepThereAndKeepsTheFailure() {
        in(context -> {
            Object told = on(eventLoop, context.getBean(Busy.class)::failing);

            refused(told, "retries", "again");
            assertThat(((Throwable) told).getSuppressed())
                    .singleElement()
                    .isInstanceOfSatisfying(IllegalStateException.class, failure -> assertThat(failure)
                            .hasMessage("down"));
        });
    }

    @Test
    void nobodyWaitsThereForASeat() {
        in(context -> {
            Busy busy = context.getBean(Busy.class);
            busy.seated();

            refused(on(eventLoop, busy::seat), "bulkheads", "seats");
            busy.leave();
            assertThat(on(eventLoop, busy::seat)).isEqualTo("seated");
        });
    }

    @Test
    void itIsFoundOnceAndSaysWhatToDo() {
        in(context -> {
            Busy busy = context.getBean(Busy.class);
            busy.throttled();
            on(eventLoop, busy::throttled);
            on(eventLoop, busy::throttled);

            assertThat(context.getBean(GuardReport.class).findings())
                    .filteredOn(finding -> finding.text().contains("event loop"))
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.where()).isEqualTo("Busy.throttled");
                        assertThat(finding.text()).contains("rate-limiters 'throttle'");
                        assertThat(finding.fix()).contains("Return a Mono", "boundedElastic");
                    });
        });
    }

    @Test
    void elsewhereEverybodyWaitsAsBefore() {
        in(context -> {
            Busy busy = context.getBean(Busy.class);
            busy.throttled();
            assertThat(on(elastic, busy::throttled)).isEqualTo("served");
            assertThat(time.paused()).isEqualTo(Duration.ofSeconds(1));
        });
    }

    private void in(Consumer<ApplicationContext> story) {
        Starters.with(Busy.class).withBean(Time.class, time::time).run(context -> story.accept(context));
    }

    /** What the call gives there, or what it throws. */
    private static Object on(Scheduler scheduler, Callable<?> call) {
        return Mono.<Object>fromCallable(call)
                .subscribeOn(scheduler)
                .onErrorResume(Mono::just)
                .block();
    }

    private void refused(Object told, String kind, String name) {
        assertThat(told).isInstanceOfSatisfying(EventLoopRestException.class, refusal -> {
            assertThat(refusal.kind()).isEqualTo(kind);
            assertThat(refusal.name()).isEqualTo(name);
            assertThat(refusal).hasMessageContaining("event-loop thread").hasMessageContaining("return a Mono");
        });
        assertThat(time.paused()).isZero();
    }

    static class Busy {
        private final CompletableFuture<String> taken = new CompletableFuture<>();

        @RateLimited(name = "throttle", limits = "1/1s", maxWait = "10s")
        public String throttled() {
            return "served";
        }

        @Retryable(name = "again", maxAttempts = "3", delay = "1s", jitter = "none")
        public String failing() {
            throw new IllegalStateException("down");
        }

        @Bulkhead(name = "seats", maxConcurrent = "1", maxWait = "10s")
        public CompletableFuture<String> seated() {
            return taken;
        }

        public void leave() {
            taken.complete("done");
        }

        @Bulkhead(name = "seats", maxConcurrent = "1", maxWait = "10s")
        public String seat() {
            return "seated";
        }
    }
}
