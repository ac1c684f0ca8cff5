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
    private static final int ENDED = 3;

    private final Body body;
    private final CoreSubscriber<? super Object> subscriber;
    private final Context context;
    private final boolean many;
    private final AtomicInteger gate = new AtomicInteger(FREE);
    private @Nullable Thread emitter;
    private long demand;
    private boolean finished;
    private volatile boolean cancelled;
    private volatile @Nullable Running running;
    private volatile boolean streaming;

    PublisherCall(Route route, Object[] arguments, Body body, CoreSubscriber<? super Object> subscriber, boolean many) {
        super(route, arguments, around(subscriber), subscriber.currentContext(), !many && route.hedges());
        this.body = body;
        this.subscriber = subscriber;
        this.context = subscriber.currentContext();
        this.many = many;
    }

    /** A refresh: its subscriber wants everything and does nothing with it, but has the caller's context. */
    private PublisherCall(PublisherCall origin) {
        super(origin);
        this.body = origin.body;
        this.subscriber = new Nobody(origin.context);
        this.context = origin.context;
        this.many = origin.many;
        this.demand = Long.MAX_VALUE;
    }

    /** A try, whose race takes what it gives. */
    private PublisherCall(PublisherCall origin, Race.Contender contender) {
        super(origin, contender);
        this.body = origin.body;
        this.subscriber = new Nobody(origin.context);
        this.context = origin.context;
        this.many = false;
        this.demand = Long.MAX_VALUE;
    }

    /** Rivals: a body that is replaced. Who sees the stream flow sees its final body, so that is looked at first. */
    @Override
    public void request(long more) {
        if (cancelled || !Operators.validate(more)) {
            return;
        }
        if (streaming) {
            running.upstream.request(more);
        } else {
            post(() -> demanded(more));
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        giveUp();
    }

    @Override
    Start starting(int bodyTurn, @Nullable Target diversion) {
        Running started = new Running(bodyTurn, contextInside());
        running = started;
        if (!many || demand > 0) {
            started.upstream.request(many ? demand : Long.MAX_VALUE);
        }
        Throwable failure = execution.failure();
        return () -> {
            try {
                if (!started.dropped) {
                    Object result = diversion == null ? body.invoke() : diversion.invoke(body, arguments, failure);
                    publisher(result, diversion).subscribe(started);
                }
            } finally {
                started.hasStarted();
            }
        };
    }

    /** A publisher may do all its work while it is being subscribed to; meanwhile others have to be able to end it. */
    @Override
    void launch(Runnable start) {
        afterwards(start);
    }

    @Override
    void begin(Runnable start) {
        afterwards(start);
    }

    /** To a publisher that is started, a cancellation is the end of its work, as far as anybody can know. */
    @Override
    void dropBody(boolean byCaller) {
        Running dropped = running;
        Abandoned left = abandoned();
        if (dropped != null && left != null) {
            dropped.drop(left);
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

    @Override
    AsyncCall contender(Race.Contender contender) {
        return new PublisherCall(this, contender);
    }

    private static @Nullable CallScope around(CoreSubscriber<?> subscriber) {
        CallScope scope = subscriber.currentContext().getOrDefault(CallScope.class, null);
        return scope == null ? CallScope.current() : scope;
    }

    private Context contextInside() {
        return execution.publishesScope() ? context.put(CallScope.class, execution.scopeOfBody()) : context;
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

    /**
     * The result goes out: now, or with the first demand if it is a value nobody has asked for yet. That of a stream is out
     * already.
     */
    private void finish() {
        finished = true;
        Object value;
        try {
            value = execution.result();
        } catch (Throwable failure) {
            if (ends()) {
                subscriber.onError(failure);
            }
            return;
        }
        if (value == null || streaming) {
            if (ends()) {
                subscriber.onComplete();
            }
        } else if (demand > 0 && ends()) {
            subscriber.onNext(value);
            if (!cancelled) {
                subscriber.onComplete();
            }
        }
    }

    /** Whether the result may go out: it does once, and not to a subscriber who has left. */
    private boolean ends() {
        return !cancelled && gate.getAndSet(ENDED) != ENDED;
    }

    private void firstElement(Running from, Object element) {
        if (!isDue(from.turn) || cancelled) {
            Operators.onDiscard(element, context);
        } else if (execution.firstElement(element)) {
            streaming = true;
            subscriber.onNext(element);
        } else {
            Operators.onDiscard(element, context);
            expired();
        }
    }

    /** An element that the subscriber asks for in the middle of the one before comes on the same stack, and is let through. */
    private void emit(Object element) {
        if (emitter == Thread.currentThread()) {
            subscriber.onNext(element);
        } else if (!cancelled && gate.compareAndSet(FREE, EMITTING)) {
            emitter = Thread.currentThread();
            try {
                subscriber.onNext(element);
            } finally {
                emitter = null;
                openGate();
            }
        } else {
            Operators.onDiscard(element, context);
        }
    }

    private void openGate() {
        if (!gate.compareAndSet(EMITTING, FREE)) {
            finish();
        }
    }

    /** Who takes the result of a refresh or a try: somebody else was told already, of a failure as well. */
    private record Nobody(Context currentContext) implements CoreSubscriber<Object> {

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(Object element) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    /** A subscription to the method's or the fallback's publisher. */
    private final class Running implements CoreSubscriber<Object> {
        private final int turn;
        private final Context context;
        private final Upstream upstream = new Upstream();
        private final AtomicInteger queued = new AtomicInteger();
        private @Nullable Object single;
        private @Nullable Abandoned left;
        private volatile boolean starting = true;
        private volatile boolean dropped;

        private Running(int turn, Context context) {
            this.turn = turn;
            this.context = context;
        }

        /** Rival: the start that ends. One of the two sees the other, and if both do, the end is said twice. */
        private void drop(Abandoned body) {
            left = body;
            dropped = true;
            shielded(upstream::cancel);
            if (!starting) {
                body.end();
            }
        }

        private void hasStarted() {
            starting = false;
            if (dropped) {
                abandonedBodyEnded(left);
            }
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
