package dev.resilience.spring.web.reactive;

import dev.resilience.spring.web.RefusalAnswer;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Writes answers to refused callers, with the application's own codecs. Thread-safe. */
public final class RefusalWriter {

    private final ServerResponse.Context codecs;

    public RefusalWriter(List<HttpMessageWriter<?>> writers) {
        this.codecs = new ServerResponse.Context() {
            @Override
            public List<HttpMessageWriter<?>> messageWriters() {
                return writers;
            }

            @Override
            public List<ViewResolver> viewResolvers() {
                return List.of();
            }
        };
    }

    Mono<Void> write(RefusalAnswer answer, ServerWebExchange exchange) {
        Mono<Void> written = ServerResponse.status(answer.status())
                .headers(headers -> answer.headers().forEach(headers::set))
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyValue(answer.about(exchange.getRequest().getPath().value()).body())
                .flatMap(response -> response.writeTo(exchange, codecs));
        return LaterTask.of(exchange, written);
    }
}
