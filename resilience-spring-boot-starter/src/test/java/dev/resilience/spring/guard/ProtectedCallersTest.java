package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Breakers and bulkheads by whoever is logged in when somebody subscribes. */
class ProtectedCallersTest {

    /** The shapes that know their caller at subscription. */
    enum Shape {
        MONO(service -> service::mono),
        FLUX(service -> body -> service.flux(body).singleOrEmpty());

        private final Function<Service, Function<Mono<String>, Mono<String>>> call;

        Shape(Function<Service, Function<Mono<String>, Mono<String>>> call) {
            this.call = call;
        }

        Mono<String> as(String user, Service service, Mono<String> body) {
            return call.apply(service)
                    .apply(body)
                    .contextWrite(ReactiveSecurityContextHolder.withAuthentication(
                            new TestingAuthenticationToken(user, "password", List.of())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCircuitOfOneCallerOpensForHimAlone(Shape shape) {
        in(service -> {
            Mono<String> down = Mono.error(new IllegalStateException("down"));
            assertThatThrownBy(() -> shape.as("ada", service, down).block()).hasMessage("down");

            assertThatThrownBy(() -> shape.as("ada", service, Mono.just("up")).block())
                    .isInstanceOfSatisfying(CircuitBreakerOpenException.class, open -> assertThat(open.key())
                            .isEqualTo("ada"));
            assertThat(shape.as("bob", service, Mono.just("up")).block()).isEqualTo("up");
        });
    }

    @ParameterizedTest
    @EnumSource
    void theSeatsOfOneCallerAreTakenForHimAlone(Shape shape) {
        in(service -> {
            Mono<String> inside = Mono.defer(() -> {
                assertThatThrownBy(() ->
                                shape.as("ada", service, Mono.just("again")).block())
                        .isInstanceOf(BulkheadFullException.class);
                return shape.as("bob", service, Mono.just("of bob"));
            });

            assertThat(shape.as("ada", service, inside).block()).isEqualTo("of bob");
            assertThat(shape.as("ada", service, Mono.just("later")).block()).isEqualTo("later");
        });
    }

    @ParameterizedTest
    @CsvSource({"enabled, false", "shadow, true"})
    void whatIsNotEnforcedStopsNobody(String knob, String value) {
        Starters.with(Service.class)
                .withPropertyValues(
                        "resilience.circuit-breakers.callers." + knob + "=" + value,
                        "resilience.bulkheads.callers." + knob + "=" + value)
                .run(context -> {
                    Service service = context.getBean(Service.class);
                    Mono<String> down = Mono.error(new IllegalStateException("down"));
                    assertThatThrownBy(() -> Shape.MONO.as("ada", service, down).block())
                            .hasMessage("down");
                    Mono<String> nested = Mono.defer(() -> Shape.FLUX.as("ada", service, Mono.just("in")));
                    assertThat(Shape.MONO.as("ada", service, nested).block()).isEqualTo("in");
                });
    }

    private void in(Consumer<Service> story) {
        Starters.with(Service.class)
                .withBean(Time.class, () -> new ManualTime().time())
                .run(context -> story.accept(context.getBean(Service.class)));
    }

    @CircuitBreaker(name = "callers", key = "principal", consecutiveFailures = "1")
    @Bulkhead(name = "callers", key = "principal", maxConcurrent = "1")
    static class Service {

        public Mono<String> mono(Mono<String> body) {
            return body;
        }

        public Flux<String> flux(Mono<String> body) {
            return body.flux();
        }
    }
}
