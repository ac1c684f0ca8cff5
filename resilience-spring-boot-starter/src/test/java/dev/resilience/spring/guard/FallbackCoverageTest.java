package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.ratelimit.RateLimitedException;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.annotation.RateLimited;
import dev.resilience.spring.guard.Shaped.Shape;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a fallback covers up, and what it has to let through. */
class FallbackCoverageTest {

    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @EnumSource
    void theRefusalOfACallerIsNotCovered(Shape shape) {
        in(Caller.class, service -> {
            shape.call(service, "a");
            assertThatThrownBy(() -> shape.call(service, "a")).isInstanceOf(RateLimitedException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void unlessItIsNamedItself(Shape shape) {
        in(Named.class, service -> {
            shape.call(service, "a");
            assertThat(shape.call(service, "a")).isEqualTo("instead");
        });
        in(NamedByItsParent.class, service -> {
            shape.call(service, "a");
            assertThatThrownBy(() -> shape.call(service, "a")).isInstanceOf(RateLimitedException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aLimitThatBlamesNobodyIsCovered(Shape shape) {
        in(Outbound.class, service -> {
            shape.call(service, "a");
            assertThat(shape.call(service, "a")).isEqualTo("instead");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalOfTheCallerIsNotCoveredEitherWhereItIsWrapped(Shape shape) {
        in(Outer.class, outer -> {
            RateLimitedException refusal = refusal();
            assertThatThrownBy(() -> shape.call(outer, "a", () -> {
                        throw new CompletionException("around it", new IllegalStateException(refusal));
                    }))
                    .hasRootCause(refusal);
        });
        in(OuterNamed.class, outer -> {
            RateLimitedException refusal = refusal();
            assertThat(shape.call(outer, "a", () -> {
                        throw new IllegalStateException(refusal);
                    }))
                    .isEqualTo("instead");
        });
    }

    @Test
    void aFailureThatCannotBeLookedIntoIsCoveredByWhatItIs() {
        in(Outer.class, outer -> assertThat(outer.plain("a", Sealed::fail)).isEqualTo("instead"));
        in(Choosy.class, choosy -> assertThatThrownBy(() -> choosy.plain("a", Sealed::fail))
                .isInstanceOf(Sealed.class));
    }

    /** What a limiter with a key throws. */
    private RateLimitedException refusal() {
        RateLimitedException[] refusal = new RateLimitedException[1];
        in(Caller.class, service -> {
            service.plain("a", () -> "a");
            try {
                service.plain("a", () -> "a");
            } catch (RateLimitedException thrown) {
                refusal[0] = thrown;
            }
        });
        return refusal[0];
    }

    private <T> void in(Class<T> type, Consumer<T> story) {
        Starters.with(type).withBean(Time.class, time::time).run(context -> story.accept(context.getBean(type)));
    }

    @RateLimited(limits = "1/1h", key = "#key")
    @Fallback(returning = "instead")
    static class Caller extends Shaped.Obedient {}

    @RateLimited(limits = "1/1h", key = "#key")
    @Fallback(returning = "instead", on = "RateLimitedException")
    static class Named extends Shaped.Obedient {}

    @RateLimited(limits = "1/1h", key = "#key")
    @Fallback(returning = "instead", on = "CallRejectedException")
    static class NamedByItsParent extends Shaped.Obedient {}

    @RateLimited(limits = "1/1h")
    @Fallback(returning = "instead")
    static class Outbound extends Shaped.Obedient {}

    @Fallback(returning = "instead")
    static class Outer extends Shaped.Obedient {}

    @Fallback(returning = "instead", on = "RateLimitedException")
    static class OuterNamed extends Shaped.Obedient {}

    @Fallback(returning = "instead", on = "java.io.IOException", never = "java.io.FileNotFoundException")
    static class Choosy extends Shaped.Obedient {}

    /** Nobody can look into it. */
    private static final class Sealed extends RuntimeException {

        private static String fail() {
            throw new Sealed();
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no look inside");
        }

        @Override
        public String getMessage() {
            throw new IllegalStateException("nothing to say");
        }
    }
}
