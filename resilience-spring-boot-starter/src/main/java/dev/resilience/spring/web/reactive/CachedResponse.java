package dev.resilience.spring.web.reactive;

import dev.resilience.cache.HttpCaching;
import dev.resilience.spring.web.CacheHeaders;
import dev.resilience.spring.web.CachedExchange;
import dev.resilience.spring.web.reactive.CachedExchanges.Answer;
import java.security.Principal;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ZeroCopyHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebSession;
import reactor.core.publisher.Mono;

/**
 * A response that gets its headers when its body comes, if a cached handler has given it. Before it is committed, because those
 * further out, such as Spring Security, set theirs then, and leave alone what is set. A body in one piece gets a tag, one that comes
 * in pieces goes out as it comes.
 */
class CachedResponse extends ServerHttpResponseDecorator {

    private final ServerWebExchange exchange;
    private final CacheHeaders headers;

    CachedResponse(ServerWebExchange exchange, CacheHeaders headers) {
        super(exchange.getResponse());
        this.exchange = exchange;
        this.headers = headers;
    }

    /** The response of this exchange as such a one, which sends files by itself where that can. */
    static CachedResponse of(ServerWebExchange exchange, CacheHeaders headers) {
        return exchange.getResponse() instanceof ZeroCopyHttpOutputMessage
                ? new CachedFileResponse(exchange, headers)
                : new CachedResponse(exchange, headers);
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        Answer answer = answer();
        if (answer == null) {
            return super.writeWith(body);
        }
        if (body instanceof Mono<? extends DataBuffer> whole) {
            return ofSomebody(answer).flatMap(somebody -> whole.flatMap(buffer -> write(answer, somebody, buffer)));
        }
        return goesOut(() -> super.writeWith(body));
    }

    /** Has a body written as it comes, under its headers. */
    final Mono<Void> goesOut(Supplier<Mono<Void>> written) {
        Answer answer = answer();
        if (answer == null) {
            return written.get();
        }
        return ofSomebody(answer).flatMap(somebody -> {
            tell(answer, somebody, null);
            return written.get();
        });
    }

    @Override
    public Mono<Void> setComplete() {
        Answer answer = answer();
        if (answer == null || isCommitted()) {
            return super.setComplete();
        }
        return ofSomebody(answer).flatMap(somebody -> {
            boolean known = tell(answer, somebody, () -> new byte[0]);
            return known ? notModified() : super.setComplete();
        });
    }

    private @Nullable Answer answer() {
        HttpStatusCode status = getStatusCode();
        return status == null || CacheHeaders.concern(status.value()) ? CachedExchanges.of(exchange) : null;
    }

    private Mono<Void> write(Answer answer, boolean somebody, DataBuffer buffer) {
        boolean known;
        try {
            known = tell(answer, somebody, () -> bytes(buffer));
        } catch (RuntimeException | Error broken) {
            DataBufferUtils.release(buffer);
            throw broken;
        }
        if (known) {
            DataBufferUtils.release(buffer);
            return notModified();
        }
        return super.writeWith(Mono.just(buffer));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        int at = buffer.readPosition();
        buffer.read(bytes);
        buffer.readPosition(at);
        return bytes;
    }

    private boolean tell(Answer answer, boolean somebody, @Nullable Supplier<byte[]> body) {
        Told told = new Told(exchange, getHeaders(), getCookies().isEmpty(), somebody);
        boolean known = headers.tell(answer.from(), answer.handler(), told, body);
        beforeCommit(() -> Mono.fromRunnable(() -> {
            if (!getCookies().isEmpty() || getHeaders().containsHeader(HttpHeaders.SET_COOKIE)) {
                CacheHeaders.makePrivate(told);
            }
        }));
        return known;
    }

    private Mono<Void> notModified() {
        setStatusCode(HttpStatus.NOT_MODIFIED);
        getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
        getHeaders().remove(HttpHeaders.CONTENT_TYPE);
        return super.setComplete();
    }

    /** Where a session makes a difference it is asked for, which alone doesn't start one. Who can't be told is somebody. */
    private Mono<Boolean> ofSomebody(Answer answer) {
        Mono<Boolean> known = exchange.<Principal>getPrincipal().hasElement();
        Mono<Boolean> told = answer.handler().configuration().http() == HttpCaching.PUBLIC
                ? known.flatMap(is -> is ? Mono.just(true) : hasSession())
                : known;
        return told.onErrorReturn(true);
    }

    private Mono<Boolean> hasSession() {
        return exchange.getSession().map(WebSession::isStarted).defaultIfEmpty(false);
    }

    /** The exchange as headers are told to it. */
    private record Told(ServerWebExchange exchange, HttpHeaders response, boolean withoutCookies, boolean isOfSomebody)
            implements CachedExchange {

        @Override
        public List<String> asked(String header) {
            return exchange.getRequest().getHeaders().getOrEmpty(header);
        }

        @Override
        public List<String> answered(String header) {
            boolean cookie = header.equals(HttpHeaders.SET_COOKIE) && !withoutCookies;
            return cookie ? List.of("a cookie") : response.getOrEmpty(header);
        }

        @Override
        public void answer(String header, String value) {
            response.set(header, value);
        }

        @Override
        public boolean hasOneRepresentation() {
            return exchange.getAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE) instanceof Collection<?> types
                    && types.size() == 1;
        }
    }
}
