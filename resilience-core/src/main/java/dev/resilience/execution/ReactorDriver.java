package dev.resilience.execution;

import dev.resilience.Body;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Drives calls whose result is a publisher. Each subscription is a call, and the method runs at subscription. Loaded only
 * where Reactor is on the class path.
 */
public final class ReactorDriver {

    private ReactorDriver() {}

    /** The guarded method as a publisher of at most one value. */
    public static Mono<Object> mono(Route route, Object[] arguments, Body body) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                begin(new PublisherCall(route, arguments, body, subscriber, false), subscriber);
            }
        };
    }

    /** The guarded method as a publisher of many values. */
    public static Flux<Object> flux(Route route, Object[] arguments, Body body) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Object> subscriber) {
                begin(new PublisherCall(route, arguments, body, subscriber, true), subscriber);
            }
        };
    }

    private static void begin(PublisherCall call, CoreSubscriber<? super Object> subscriber) {
        subscriber.onSubscribe(call);
        call.start();
    }
}
