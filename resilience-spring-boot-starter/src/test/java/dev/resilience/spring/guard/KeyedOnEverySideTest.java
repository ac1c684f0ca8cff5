package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.PolicyRegistry;
import dev.resilience.Snapshot;
import dev.resilience.bulkhead.BulkheadFullException;
import dev.resilience.circuitbreaker.CircuitBreakerOpenException;
import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.CircuitBreaker;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.spring.metrics.ResilienceMeters;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.ApplicationContext;

/** A limiter, a breaker and a bulkhead that all ask for the tenant, on one class. */
class KeyedOnEverySideTest {

    private static final Supplier<String> DOWN = () -> {
        throw new IllegalStateException("down");
    };

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @EnumSource
    void aTenantThatFailsIsStoppedAndTheOthersAreNot(Shape shape) {
        in((context, tenants) -> {
            fail(shape, tenants, "acme");
            fail(shape, tenants, "acme");

            assertThatThrownBy(() -> shape.call(tenants, "acme")).isInstanceOf(CircuitBreakerOpenException.class);
            assertThat(shape.call(tenants, "zeta")).isEqualTo("zeta");
            assertThat(number(context, "rate-limiters", "refunded")).isZero();
            assertThat(number(context, "rate-limiters", "permitted")).isEqualTo(3);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aTenantThatHasAllItsSeatsIsRefusedWithoutAChargeAndWithoutAFailure(Shape shape) {
        in((context, tenants) -> {
            shape.call(tenants, "acme", () -> {
                for (int call = 0; call < 5; call++) {
                    assertThatThrownBy(() -> shape.call(tenants, "acme")).isInstanceOf(BulkheadFullException.class);
                }
                return shape.call(tenants, "zeta");
            });

            assertThat(number(context, "rate-limiters", "refunded")).isEqualTo(5);
            assertThat(snapshot(context, "circuit-breakers").state()).isEqualTo("CLOSED");
            assertThat(number(context, "bulkheads", "in-use")).isZero();
            assertThat(number(context, "bulkheads", "keys")).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aTenantBeyondItsLimitLeavesItsCircuitAndItsSeatsAlone(Shape shape) {
        in((context, tenants) -> {
            for (int call = 0; call < 4; call++) {
                shape.call(tenants, "acme");
            }

            for (int call = 0; call < 3; call++) {
                assertThatThrownBy(() -> shape.call(tenants, "acme")).isInstanceOf(RateLimitedException.class);
            }
            time.advance(Duration.ofMinutes(1));
            assertThat(shape.call(tenants, "acme")).isEqualTo("acme");
            assertThat(shape.call(tenants, "zeta")).isEqualTo("zeta");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aProbeThatFindsNoSeatIsNoProbe(Shape shape) {
        in((context, tenants) -> {
            fail(shape, tenants, "acme");
            fail(shape, tenants, "acme");
            time.advance(Duration.ofMinutes(1));

            shape.call(tenants, "acme", () -> {
                for (int call = 0; call < 5; call++) {
                    assertThatThrownBy(() -> shape.call(tenants, "acme")).isInstanceOf(BulkheadFullException.class);
                }
                return "the first probe";
            });
            assertThat(snapshot(context, "circuit-breakers").state()).isEqualTo("HALF_OPEN");
            shape.call(tenants, "acme", () -> "the second one");
            assertThat(snapshot(context, "circuit-breakers").state()).isEqualTo("CLOSED");
        });
    }

    @ParameterizedTest
    @EnumSource
    void noMeterKnowsATenant(Shape shape) {
        in((context, tenants) -> {
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            new ResilienceMeters(context.getBean(PolicyRegistry.class), true).bindTo(meters);
            fail(shape, tenants, "acme");
            fail(shape, tenants, "acme");
            catchThrowable(() -> shape.call(tenants, "acme"));

            assertThat(meters.getMetersAsString()).contains("open-keys").doesNotContain("acme");
        });
    }

    private void fail(Shape shape, Tenants tenants, String tenant) {
        assertThatThrownBy(() -> shape.call(tenants, tenant, DOWN)).hasMessage("down");
    }

    private static double number(ApplicationContext context, String kind, String name) {
        return snapshot(context, kind).numbers().get(name).doubleValue();
    }

    private static Snapshot snapshot(ApplicationContext context, String kind) {
        return context.getBean(PolicyRegistry.class)
                .find(kind, "tenants")
                .orElseThrow()
                .snapshot();
    }

    private void in(BiConsumer<ApplicationContext, Tenants> story) {
        Starters.with(Tenants.class)
                .withBean(Time.class, time::time)
                .run(context -> story.accept(context, context.getBean(Tenants.class)));
    }

    @RateLimited(name = "tenants", limits = "4/1m", key = "#key")
    @CircuitBreaker(name = "tenants", consecutiveFailures = "2", openWaitJitter = "0", probes = "2", key = "#key")
    @Bulkhead(name = "tenants", maxConcurrent = "1", key = "#key")
    static class Tenants extends Shaped.Obedient {}
}
