package dev.resilience.spring.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.CallTimedOutException;
import dev.resilience.Resilience;
import dev.resilience.spring.config.HttpClientKnobs;
import dev.resilience.time.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Mono;

class RepeatedRequestTest {

    private final ManualTime time = new ManualTime();
    private final AtomicInteger sent = new AtomicInteger();
    private final Mono<ClientResponse> request = new WebClientDeadlines(new HttpClientKnobs(true, null), time)
            .filter(
                    ClientRequest.create(HttpMethod.GET, URI.create("http://carrier"))
                            .build(),
                    any -> {
                        sent.incrementAndGet();
                        return Mono.empty();
                    });

    @Test
    void remembersOnAnotherThreadWhoseItIs() {
        AtomicReference<Throwable> again = new AtomicReference<>();
        try (Resilience resilience = Resilience.builder()
                .time(time.time())
                .policy("timeouts", "carrier", Map.of("timeout", "2s"))
                .pipeline("carrier", Map.of("timeouts", "carrier"))
                .build()) {
            catchThrowable(() -> resilience.pipeline("carrier").call(() -> {
                request.block();
                time.advance(Duration.ofSeconds(3));
                again.set(catchThrowable(
                        () -> CompletableFuture.supplyAsync(request::block).join()));
                return null;
            }));
        }

        assertThat(again.get()).hasCauseInstanceOf(CallTimedOutException.class);
        assertThat(sent).hasValue(1);
    }

    @Test
    void belongsToNobodyWhenTheCallIsOver() throws Exception {
        try (Resilience resilience = Resilience.builder()
                .time(time.time())
                .policy("timeouts", "carrier", Map.of("timeout", "2s"))
                .pipeline("carrier", Map.of("timeouts", "carrier"))
                .build()) {
            resilience.pipeline("carrier").call(request::block);
        }

        request.block();

        assertThat(sent).hasValue(2);
    }
}
