package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.resilience.PolicyRegistry;
import dev.resilience.spring.annotation.Fallback;
import dev.resilience.spring.guard.Shaped.Shape;
import java.io.IOError;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Fallbacks tried in turn, in every shape. The key says how many of them fail. Those of the bean itself have its shape, and
 * fail as such: by a failed future, by a publisher that ends with an error.
 */
class FallbackChainsTest {

    private static final Supplier<String> DOWN = () -> {
        throw new IllegalStateException("down");
    };

    @ParameterizedTest
    @EnumSource
    void theFirstThatGivesAValueIsTheLastToBeTried(Shape shape) {
        in(Chained.class, chained -> {
            assertThat(shape.call(chained, "0", DOWN)).isEqualTo("first after down");
            assertThat(shape.call(chained, "1", DOWN)).isEqualTo("archived after no first");
            assertThat(shape.call(chained, "2", DOWN)).isEqualTo("nothing");
        });
    }

    @ParameterizedTest
    @EnumSource
    void theFailureOfTheLastHasTheEarlierOnesInItTheOriginalFirst(Shape shape) {
        in(Bare.class, bare -> {
            Throwable failure = catchThrowable(() -> shape.call(bare, "2", DOWN));

            assertThat(failure).hasMessage("no archive");
            assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("down", "no first");
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorIsNotCoveredUpAndNeitherIsThatOfAFallback(Shape shape) {
        AssertionError error = new AssertionError("broken");
        in(Chained.class, chained -> {
            assertThatThrownBy(() -> shape.call(chained, "0", throwing(error))).isSameAs(error);
            assertThat(error.getSuppressed()).isEmpty();
            assertThatThrownBy(() -> shape.call(chained, "error", DOWN))
                    .isInstanceOf(IOError.class)
                    .satisfies(failure -> assertThat(failure.getSuppressed())
                            .extracting(Throwable::getMessage)
                            .containsExactly("down"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptIsNotCoveredUp(Shape shape) {
        in(Chained.class, chained -> assertThatThrownBy(
                        () -> shape.call(chained, "0", throwing(new InterruptedException("stop"))))
                .satisfies(failure -> assertThat(failure.getCause() == null ? failure : failure.getCause())
                        .isInstanceOf(InterruptedException.class)));
    }

    @ParameterizedTest
    @EnumSource
    void theMethodThatIsForTheFailureIsCalledWhereverItStands(Shape shape) {
        in(ByType.class, byType -> {
            assertThat(shape.call(byType, "a", DOWN)).isEqualTo("state of a");
            assertThat(shape.call(byType, "a", throwing(new UnsupportedOperationException())))
                    .isEqualTo("unsupported: a");
            assertThatThrownBy(() -> shape.call(byType, "a", throwing(new IllegalArgumentException("wrong"))))
                    .hasMessage("wrong");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aValueIsLeftAlone(Shape shape) {
        in(Chained.class, chained -> assertThat(shape.call(chained, "0")).isEqualTo("0"));
    }

    /** What the proxy of a Kotlin bean hands over: the function as a publisher, with its continuation among the arguments. */
    @Test
    void aSuspendFunctionIsStoodInForBySuspendFunctionsInTurn() {
        Starters.with(Suspending.class).run(context -> {
            Suspending bean = context.getBean(Suspending.class);
            GuardedMethod quote = context.getBean(Guards.class).methods().get(0);

            Object answer = quote.invoke(new Object[] {"ACME", "its continuation"}, new FailingBody(bean));

            assertThat(Mono.from((Publisher<?>) answer).block()).isEqualTo("later ACME after not at once");
        });
    }

    /** A suspend function that fails. */
    private record FailingBody(Object bean) implements BeanBody {

        @Override
        public Object invoke() {
            return Mono.error(new IllegalStateException("down"));
        }
    }

    @SuppressWarnings("unused") // It is called by reflection.
    static class Suspending {

        @Fallback(method = {"atOnce", "later"})
        public Object quote(String symbol, Continuation<? super String> continuation) {
            return symbol;
        }

        private Object atOnce(String symbol, Continuation<? super String> continuation) {
            throw new UnsupportedOperationException("not at once");
        }

        private Object later(String symbol, Exception failure, Continuation<? super String> continuation) {
            CompletableFuture.runAsync(
                    () -> continuation.resumeWith("later " + symbol + " after " + failure.getMessage()));
            return IntrinsicsKt.getCOROUTINE_SUSPENDED();
        }
    }

    @Test
    void whatBecameOfCallsIsCounted() {
        runner(Bare.class).run(context -> {
            Bare bare = context.getBean(Bare.class);
            bare.plain("0", DOWN);
            bare.plain("1", DOWN);
            catchThrowable(() -> bare.plain("2", DOWN));

            PolicyRegistry policies = context.getBean(PolicyRegistry.class);
            assertThat(policies.find("fallbacks", "Bare.plain")
                            .orElseThrow()
                            .snapshot()
                            .numbers())
                    .containsEntry("replaced", 2L)
                    .containsEntry("failed", 1L);
        });
    }

    private static <T extends Shaped> void in(Class<T> type, Consumer<T> story) {
        runner(type).run(context -> story.accept(context.getBean(type)));
    }

    private static ApplicationContextRunner runner(Class<?> type) {
        return Starters.with(type).withBean("archive", Archive.class);
    }

    private static Supplier<String> throwing(Throwable failure) {
        return () -> {
            throw FallbackChainsTest.<RuntimeException>undeclared(failure);
        };
    }

    @SuppressWarnings("unchecked") // Checked exceptions pass through what doesn't declare them in many a framework.
    private static <T extends Throwable> T undeclared(Throwable failure) throws T {
        throw (T) failure;
    }

    static class Archive {

        public String find(String key, Supplier<String> body, Exception failure) {
            if (key.equals("2")) {
                throw new IllegalArgumentException("no archive");
            }
            return "archived after " + failure.getMessage();
        }
    }

    /** What the fallbacks have in common. */
    abstract static class Firsts extends Shaped.Obedient {

        private String first(String key, Supplier<String> body, Exception failure) {
            if (key.equals("error")) {
                throw new IOError(new IOException("disk"));
            }
            if (!key.equals("0")) {
                throw new UnsupportedOperationException("no first");
            }
            return "first after " + failure.getMessage();
        }

        private CompletionStage<String> firstLater(String key, Supplier<String> body, Exception failure) {
            return CompletableFuture.supplyAsync(() -> first(key, body, failure));
        }

        private Mono<String> firstMono(String key, Supplier<String> body, Exception failure) {
            return Mono.fromSupplier(() -> first(key, body, failure));
        }

        private Flux<String> firstFlux(String key, Supplier<String> body, Exception failure) {
            return Flux.defer(() -> Flux.just(first(key, body, failure)));
        }
    }

    static class Chained extends Firsts {

        @Override
        @Fallback(
                method = {"first", "archive::find"},
                returning = "nothing")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Fallback(
                method = {"firstLater", "archive::find"},
                returning = "nothing")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Fallback(
                method = {"firstMono", "archive::find"},
                returning = "nothing")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }

        @Override
        @Fallback(
                method = {"firstFlux", "archive::find"},
                returning = "nothing")
        public Flux<String> flux(String key, Supplier<String> body) {
            return super.flux(key, body);
        }
    }

    @Fallback(method = {"forUnsupported", "forState"})
    static class ByType extends Shaped.Obedient {

        private String forUnsupported(String key, Supplier<String> body, UnsupportedOperationException failure) {
            return "unsupported: " + key;
        }

        private String forState(String key, Supplier<String> body, IllegalStateException failure) {
            return "state of " + key;
        }
    }

    static class Bare extends Firsts {

        @Override
        @Fallback("first, archive::find")
        public String plain(String key, Supplier<String> body) {
            return super.plain(key, body);
        }

        @Override
        @Fallback("firstLater, archive::find")
        public CompletionStage<String> stage(String key, Supplier<String> body) {
            return super.stage(key, body);
        }

        @Override
        @Fallback("firstMono, archive::find")
        public Mono<String> mono(String key, Supplier<String> body) {
            return super.mono(key, body);
        }

        @Override
        @Fallback("firstFlux, archive::find")
        public Flux<String> flux(String key, Supplier<String> body) {
            return super.flux(key, body);
        }
    }
}
