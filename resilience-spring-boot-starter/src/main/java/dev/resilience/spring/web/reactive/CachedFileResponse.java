package dev.resilience.spring.web.reactive;

import dev.resilience.spring.web.CacheHeaders;
import java.nio.file.Path;
import org.springframework.http.ZeroCopyHttpOutputMessage;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** A response of a server that sends files by itself, whose bytes nobody sees here. */
final class CachedFileResponse extends CachedResponse implements ZeroCopyHttpOutputMessage {

    CachedFileResponse(ServerWebExchange exchange, CacheHeaders headers) {
        super(exchange, headers);
    }

    @Override
    public Mono<Void> writeWith(Path file, long position, long count) {
        ZeroCopyHttpOutputMessage server = (ZeroCopyHttpOutputMessage) getDelegate();
        return goesOut(() -> server.writeWith(file, position, count));
    }
}
