package dev.resilience.spring.client;

import dev.resilience.CallDeadline;
import dev.resilience.CallTimedOutException;
import dev.resilience.spring.config.HttpClientKnobs;
import dev.resilience.time.Scheduler;
import dev.resilience.time.Scheduler.Scheduled;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.ContextView;

/**
 * Lets requests of {@code WebClient} end with the guarded call they are made in.
 *
 * <p>What Spring Boot builds is limited without a word. Who builds a client by hand injects this bean, and adds it after
 * other filters, so that it comes closest to the exchange:
 *
 * <pre>{@code
 * WebClient.builder().filter(deadlines)
 * }</pre>
 *
 * The guarded call is that of the Reactor context, or else of the thread that subscribes. A request isn't begun when its time
 * is over; when it passes, exchange and body are cancelled, which gives the connection up, and fail with the
 * {@link CallTimedOutException} of the guard whose time it is. Outside of guarded calls nothing changes. Thread-safe.
 */
public final class WebClientDeadlines implements ExchangeFilterFunction {

    private final boolean enabled;
    private final DeadlineHeader header;
    private final Scheduler scheduler;

    public WebClientDeadlines(HttpClientKnobs knobs, Scheduler scheduler) {
        this.enabled = knobs.deadlines();
        this.header = new DeadlineHeader(knobs.deadlineHeader());
        this.scheduler = scheduler;
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        if (!enabled) {
            return next.exchange(request);
        }
        AtomicReference<@Nullable CallDeadline> known = new AtomicReference<>();
        return Mono.deferContextual(context -> {
            CallDeadline deadline = deadline(context, known);
            return deadline == null ? next.exchange(request) : limited(request, next, context, deadline);
        });
    }

    /** Who repeats a request does so on a thread that knows nothing of the call: the request remembers whose it is. */
    private static @Nullable CallDeadline deadline(ContextView context, AtomicReference<@Nullable CallDeadline> known) {
        CallDeadline ofContext = CallDeadline.of(context);
        CallDeadline here = ofContext == null ? CallDeadline.current() : ofContext;
        if (here == null) {
            CallDeadline before = known.get();
            return before == null || before.isLifted() ? null : before;
        }
        known.set(here);
        return here;
    }

    private Mono<ClientResponse> limited(
            ClientRequest request, ExchangeFunction next, ContextView context, CallDeadline deadline) {
        if (deadline.isOver()) {
            return Mono.error(deadline.timedOut());
        }
        ClientRequest told = ClientRequest.from(request)
                .headers(headers -> header.write(headers, deadline))
                .build();
        return Mono.defer(() -> {
                    Alarm alarm = new Alarm(deadline, context);
                    return next.exchange(told)
                            .takeUntilOther(Mono.create(alarm))
                            .switchIfEmpty(alarm.expiry());
                })
                .onErrorMap(failure -> explained(failure, deadline))
                .map(response -> response.mutate()
                        .body(body -> limited(body, deadline, context))
                        .build());
    }

    private Flux<DataBuffer> limited(Flux<DataBuffer> body, CallDeadline deadline, ContextView context) {
        return Flux.defer(() -> {
                    Alarm alarm = new Alarm(deadline, context);
                    return body.takeUntilOther(Mono.create(alarm)).concatWith(alarm.expiry());
                })
                .onErrorMap(failure -> explained(failure, deadline));
    }

    /** What fails when the time is over does so because of that, or too late to matter. */
    private static Throwable explained(Throwable failure, CallDeadline deadline) {
        if (failure instanceof CallTimedOutException || deadline.isLifted() || !deadline.isOver()) {
            return failure;
        }
        CallTimedOutException expiry = deadline.timedOut();
        expiry.addSuppressed(failure);
        return expiry;
    }

    /**
     * Rings when the time is over. That of an attempt ends with the first element of a stream; then that of the whole goes on.
     * It ends what it is waited for with by a value, because an error would leave the exchange going; what is to be told comes after it.
     */
    private final class Alarm implements Consumer<MonoSink<Object>> {

        private final ContextView context;
        private final Disposable.Swap pending = Disposables.swap();
        private volatile CallDeadline deadline;
        private volatile boolean rung;

        private Alarm(CallDeadline deadline, ContextView context) {
            this.deadline = deadline;
            this.context = context;
        }

        /** Fails if it has rung. */
        private <T> Mono<T> expiry() {
            return Mono.defer(() -> rung ? Mono.error(deadline.timedOut()) : Mono.empty());
        }

        @Override
        public void accept(MonoSink<Object> sink) {
            sink.onDispose(pending);
            set(sink);
        }

        private void set(MonoSink<Object> sink) {
            CallDeadline valid = deadline.isLifted() ? CallDeadline.of(context) : deadline;
            if (valid == null) {
                return;
            }
            deadline = valid;
            long left = valid.remainingNanos();
            if (left == 0) {
                rung = true;
                sink.success(rung);
            } else {
                sleep(left, sink);
            }
        }

        /** An application that is closing has nobody to ring. */
        private void sleep(long nanos, MonoSink<Object> sink) {
            try {
                Scheduled next = scheduler.schedule(() -> set(sink), nanos);
                pending.update(next::cancel);
            } catch (RejectedExecutionException closing) {
                pending.update(Disposables.disposed());
            }
        }
    }
}
