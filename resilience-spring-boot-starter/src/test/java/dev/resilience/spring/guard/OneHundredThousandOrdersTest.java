package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.PolicyRegistry;
import dev.resilience.failure.RetryableException;
import dev.resilience.spring.annotation.Resilient;
import dev.resilience.spring.annotation.Retryable;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PatchExchange;
import org.springframework.web.service.annotation.PostExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A hundred thousand orders that mustn't be placed twice: in every shape, however they say that they are a POST or a PATCH,
 * and however temptingly they fail. The same orders are placed again as soon as they say that it does no harm.
 */
class OneHundredThousandOrdersTest {

    private static final int ORDERS = 100_000;

    private final ManualTime time = new ManualTime();

    @Test
    void areAllPlacedOnce() {
        application(Annotated.class).run(context -> {
            Orders orders = place(context, ORDERS);

            assertThat(orders.placed()).isEqualTo(ORDERS);
            assertThat(number(context, "retries")).isZero();
            assertThat(number(context, "not-retried")).isEqualTo(ORDERS);
        });
    }

    @Test
    void areAllPlacedOnceThroughAPipeline() {
        application(Piped.class).run(context -> {
            Orders orders = place(context, ORDERS / 10);

            assertThat(orders.placed()).isEqualTo(ORDERS / 10);
            assertThat(number(context, "retries")).isZero();
        });
    }

    /** A proof that can't fail proves nothing. */
    @Test
    void areRepeatedWhereThatDoesNoHarm() {
        application(Repeatable.class).run(context -> {
            Orders orders = place(context, ORDERS / 10);

            assertThat(number(context, "retries")).isGreaterThan(ORDERS / 10 / 8);
            assertThat(orders.placed()).isEqualTo(ORDERS / 10 + number(context, "retries"));
        });
    }

    private ApplicationContextRunner application(Class<?> orders) {
        return Starters.with(orders)
                .withBean(Time.class, time::time)
                .withPropertyValues(
                        "resilience.pipelines.orders.retries=orders", "resilience.retries.orders.max-attempts=5");
    }

    private Orders place(ApplicationContext context, int number) {
        Orders orders = context.getBean(Orders.class);
        List<Consumer<Exception>> manners = List.of(
                orders::plain,
                failure -> orders.stage(failure).exceptionally(Throwable::toString),
                failure -> orders.mono(failure).onErrorComplete().subscribe(),
                failure -> orders.flux(failure).onErrorComplete().subscribe(),
                orders::plainPatch,
                failure -> orders.stagePatch(failure).exceptionally(Throwable::toString),
                failure -> orders.monoPatch(failure).onErrorComplete().subscribe(),
                failure -> orders.fluxPatch(failure).onErrorComplete().subscribe());
        List<Exception> tempting = tempting();
        SplittableRandom random = new SplittableRandom(5);
        for (int order = 0; order < number; order++) {
            try {
                manners.get(random.nextInt(manners.size())).accept(tempting.get(random.nextInt(tempting.size())));
            } catch (Exception placed) {
                // it fails whatever happens
            }
            time.advance(Duration.ofMillis(5));
        }
        time.advance(Duration.ofHours(1));
        return orders;
    }

    /** What would be tried again in any other method. */
    private static List<Exception> tempting() {
        return List.of(
                new ConnectException("refused"),
                new ResourceAccessException("slow", new SocketTimeoutException("read")),
                HttpServerErrorException.create(HttpStatus.SERVICE_UNAVAILABLE, "busy", soon(), new byte[0], null),
                HttpClientErrorException.create(HttpStatus.TOO_MANY_REQUESTS, "slow", soon(), new byte[0], null),
                new RetryableException("try again"),
                new IllegalStateException("rate limit exceeded"));
    }

    private static HttpHeaders soon() {
        HttpHeaders headers = new HttpHeaders();
        headers.add("Retry-After", "0");
        return headers;
    }

    private static long number(ApplicationContext context, String number) {
        return context.getBean(PolicyRegistry.class)
                .find("retries", "orders")
                .orElseThrow()
                .snapshot()
                .numbers()
                .get(number)
                .longValue();
    }

    @Retryable("orders")
    static class Annotated extends Orders {}

    @Resilient("orders")
    static class Piped extends Orders {}

    @Retryable(name = "orders", idempotent = true)
    static class Repeatable extends Orders {}

    static class Orders {
        private int placed;

        @PostMapping
        public String plain(Exception failure) {
            return sneak(failure);
        }

        @RequestMapping(method = RequestMethod.PATCH)
        public String plainPatch(Exception failure) {
            return sneak(failure);
        }

        @PostExchange
        public CompletableFuture<String> stage(Exception failure) {
            placed++;
            return CompletableFuture.failedFuture(failure);
        }

        @PatchExchange
        public CompletionStage<String> stagePatch(Exception failure) {
            placed++;
            return CompletableFuture.failedFuture(failure);
        }

        @RequestMapping(method = {RequestMethod.GET, RequestMethod.POST})
        public Mono<String> mono(Exception failure) {
            return Mono.defer(() -> {
                placed++;
                return Mono.error(failure);
            });
        }

        @PatchMapping
        public Mono<String> monoPatch(Exception failure) {
            placed++;
            return Mono.error(failure);
        }

        @HttpExchange(method = "POST")
        public Flux<String> flux(Exception failure) {
            placed++;
            return Flux.error(failure);
        }

        @HttpExchange(method = "PATCH")
        public Flux<String> fluxPatch(Exception failure) {
            return Flux.defer(() -> {
                placed++;
                return Flux.error(failure);
            });
        }

        int placed() {
            return placed;
        }

        private String sneak(Exception failure) {
            placed++;
            throw OneHundredThousandOrdersTest.<RuntimeException>unchecked(failure);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E unchecked(Exception failure) throws E {
        throw (E) failure;
    }
}
