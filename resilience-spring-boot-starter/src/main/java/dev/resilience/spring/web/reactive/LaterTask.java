package dev.resilience.spring.web.reactive;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/**
 * When a refusal may be written.
 *
 * <p><b>Why not at once?</b> A refusal is an answer on the very stack on which the request has come in. Reactor Netty, as of
 * 1.3.6, can't always bear that: a request that arrives before the answer to the one before it has been tidied up is queued;
 * if it is answered while the queue is being emptied, the server believes that there is more of the queue to come, and never
 * reads from this connection again. The caller's next request hangs until it runs out of time. No pipelining is needed for
 * it: an answer from another thread, as after a login, and a quick caller are enough. See issue 4361 of Reactor Netty.
 *
 * <p><b>Why not on any other thread?</b> Answers from other threads are how requests come to be queued. So the refusal is
 * written by the event loop of its connection, but in a task of its own, which begins when the queue is empty.
 */
final class LaterTask {

    private static final boolean REACTOR_NETTY_IS_PRESENT =
            ClassUtils.isPresent("reactor.netty.http.server.HttpServerRequest", LaterTask.class.getClassLoader());

    private LaterTask() {}

    /** The same answer, written later where the server needs that. */
    static Mono<Void> of(ServerWebExchange exchange, Mono<Void> answer) {
        Executor eventLoop = REACTOR_NETTY_IS_PRESENT ? ReactorNetty.eventLoop(exchange) : null;
        return eventLoop == null ? answer : answer.subscribeOn(Schedulers.fromExecutor(eventLoop));
    }

    /** Apart, so that its owner loads without Reactor Netty. */
    private static final class ReactorNetty {

        /** The buffers are looked at first: a request that has no server behind it doesn't like to be asked for it. */
        private static @Nullable Executor eventLoop(ServerWebExchange exchange) {
            if (exchange.getResponse().bufferFactory() instanceof NettyDataBufferFactory
                    && ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest())
                            instanceof HttpServerRequest request) {
                AtomicReference<Executor> eventLoop = new AtomicReference<>();
                request.withConnection(
                        connection -> eventLoop.set(connection.channel().eventLoop()));
                return eventLoop.get();
            }
            return null;
        }
    }
}
