package dev.resilience.execution;

import dev.resilience.Body;
import dev.resilience.Target;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription to a guarded publisher.
 *
 * <p>Up to the first element a body can be dropped and another one started in its place, so everything until then goes
 * through the inbox of the call. From the first element on the body is final, and its elements go straight to the
 * subscriber: those that arrive while an earlier one is still in the inbox queue up behind it. The only rival then is a
 * result that a deadline delivers from another thread; the gate lets it out after the element that is on its way.
 */
final class PublisherCall extends AsyncCall implements Subscription {

    private static final int FREE = 0;
    private static final int EMITTING = 1;
    private static final int CLOSED = 2;

    private final Body body;
    private final CoreSubscriber<? super Object> subscriber;
    private final boolean many;
    private final AtomicInteger gate = new AtomicInteger(FREE);
    private long demand;
    private boolean finished;
    private volatile @Nullable Running running;
    private volatile boolean streaming;

    PublisherCall(Route route, Object[] arguments, Body body, CoreSubscriber<? super Object> subscriber, boolean many) {
        super(route, arguments, around(subscriber), subscriber.currentContext());
        this.body = body;
        this.subscriber = subscriber;
        this.many = many;
    }

    /** A refresh: its subscriber wants everything and does nothing with it. */
    private PublisherCall(PublisherCall origin) {
        super(origin);
        this.body = origin.body;
        this.subscriber = Operators.drainSubscriber();
        this.many = origin.many;
        this.demand = Long.MAX_VALUE;
    }

    @Override
    public void request(long more) {
        Running direct = running;
        if (streaming && direct != null) {
            direct.upstream.request(more);
        } else if (Operators.validate(more)) {
            post(() -> demanded(more));
        }
    }

    @Override
    public void cancel() {
        giveUp();
    }

    @Override
    void startBody(int bodyTurn, @Nullable Target diversion) throws Throwable {
        Object result = diversion == null ? body.invoke() : diversion.invoke(body, arguments, execution.failure());
        Running started = new Running(bodyTurn, contextInside());
        running = started;
        started.upstream.request(many ? demand : Long.MAX_VALUE);
        publisher(result, diversion).subscribe(started);
    }

    /** To a publisher a cancellation is the end of its work, as far as anybody can know. */
    @Override
    void dropBody(boolean byCaller) {
        Running dropped = running;
        if (dropped != null) {
            dropped.drop();
        }
        Abandoned ended = abandoned();
        if (ended != null) {
            ended.end();
        }
    }

    @Override
    void deliver() {
        if (gate.getAndSet(CLOSED) == FREE) {
            finish();
        }
    }

    @Override
    AsyncCall forked() {
        return new PublisherCall(this);
    }

    private static @Nullable CallScope around(CoreSubscriber<?> subscriber) {
        CallScope scope = subscriber.currentContext().getOrDefault(CallScope.class, null);
        return scope == null ? CallScope.current() : scope;
    }

    private Context contextInside() {
        CallScope scope = execution.publishedScope();
        Context context = subscriber.currentContext();
        return scope == null ? context : context.put(CallScope.class, scope);
    }

    private Publisher<?> publisher(@Nullable Object result, @Nullable Target diversion) {
        if (result instanceof Publisher<?> publisher) {
            return publisher;
        }
        if (diversion == null) {
            throw new IllegalStateException(execution.operation() + " returned " + result + " instead of a Publisher");
        }
        return Mono.justOrEmpty(result);
    }

    private void demanded(long more) {
        demand = Operators.addCap(demand, more);
        Running body = running;
        if (finished) {
            finish();
        } else if (many && body != null) {
            body.upstream.request(more);
        }
    }

    /** The result goes out: now, or with the first demand if it is a value nobody has asked for yet. */
    private void finish() {
        finished = true;
        Object value;
        try {
            value = execution.result();
        } catch (Throwable failure) {
            subscriber.onError(failure);
            return;
        }
        if (value == null) {
            subscriber.onComplete();
        } else if (demand > 0) {
            demand = 0;
            subscriber.onNext(value);
            subscriber.onComplete();
        }
    }

    private void firstElement(Running from, Object element) {
        if (isDue(from.turn) && execution.firstElement()) {
            streaming = true;
            subscriber.onNext(element);
        } else {
            Operators.onDiscard(element, subscriber.currentContext());
        }
    }

    private void emit(Object element) {
        if (!gate.compareAndSet(FREE, EMITTING)) {
            Operators.onDiscard(element, subscriber.currentContext());
            return;
        }
        subscriber.onNext(element);
        if (!gate.compareAndSet(EMITTING, FREE)) {
            finish();
        }
    }

    /** A subscription to the method's or the fallback's publisher. */
    private final class Running implements CoreSubscriber<Object> {
        private final int turn;
        private final Context context;
        private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
        private final AtomicInteger queued = new AtomicInteger();
        private @Nullable Object single;
        private volatile boolean dropped;

        private Running(int turn, Context context) {
            this.turn = turn;
            this.context = context;
        }

        private void drop() {
            dropped = true;
            upstream.cancel();
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream.set(subscription);
        }

        @Override
        public void onNext(Object element) {
            if (dropped || !many && single != null) {
                Operators.onNextDropped(element, context);
            } else if (!many) {
                single = element;
            } else if (streaming && queued.get() == 0) {
                emit(element);
            } else {
                queued.incrementAndGet();
                post(() -> pass(element));
            }
        }

        @Override
        public void onError(Throwable failure) {
            bodyThrew(turn, failure);
        }

        @Override
        public void onComplete() {
            bodyReturned(turn, single);
        }

        private void pass(Object element) {
            if (streaming && isDue(turn)) {
                emit(element);
            } else {
                firstElement(this, element);
            }
            queued.decrementAndGet();
        }
    }
}
