package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallShape;
import dev.resilience.ResilienceConfigurationException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kotlin.ResultKt;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FallbackMethodTest {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final Targets targets = new Targets(beans, new DefaultConversionService());
    private final Quotes bean = new Quotes();

    @Test
    void standsInWithTheSameSignature() throws Throwable {
        assertThat(fallback("quote", "same", null, "id")).isEqualTo(new Quote("same id"));
    }

    @Test
    void standsInWithTheFailureLast() throws Throwable {
        assertThat(fallback("quote", "withFailure", new IOException("down"), "id"))
                .isEqualTo(new Quote("id: down"));
    }

    @Test
    void argumentsMayBeLeftOut() throws Throwable {
        assertThat(fallback("quote", "without", null, "id")).isEqualTo(new Quote("none"));
        assertThat(fallback("quote", "onlyFailure", new IOException("down"), "id"))
                .isEqualTo(new Quote("down"));
    }

    @Test
    void privateStaticAndInheritedMethodsAreInvoked() throws Throwable {
        assertThat(fallback("quote", "hidden", null, "id")).isEqualTo(new Quote("hidden id"));
        assertThat(fallback("quote", "fixed", null, "id")).isEqualTo(new Quote("fixed id"));
        assertThat(fallback("quote", "inherited", null, "id")).isEqualTo(new Quote("inherited"));
    }

    @Test
    void primitivesAndWiderTypesFit() throws Throwable {
        assertThat(fallback("count", "boxed", null, 3)).isEqualTo(4);
        assertThat(fallback("quote", "wider", null, "id")).isEqualTo(new Quote("wider id"));
    }

    @Test
    void theMostSpecialExceptionWins() throws Throwable {
        assertThat(fallback("quote", "byType", new FileNotFoundException(), "id"))
                .isEqualTo(new Quote("file"));
        assertThat(fallback("quote", "byType", new IOException(), "id")).isEqualTo(new Quote("io"));
        assertThat(fallback("quote", "byType", new IllegalStateException(), "id"))
                .isEqualTo(new Quote("any"));
        assertThat(fallback("quote", "byType", null, "id")).isEqualTo(new Quote("any"));
    }

    @Test
    void aFailureThatNoOverloadIsForStaysWhatItWas() {
        IllegalStateException failure = new IllegalStateException();

        assertThatThrownBy(() -> fallback("quote", "onlyIo", failure, "id")).isSameAs(failure);
        assertThatThrownBy(() -> fallback("quote", "onlyIo", null, "id"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("diverted because of its value");
    }

    @Test
    void whatTheFallbackThrowsComesOutUnwrapped() {
        assertThatThrownBy(() -> fallback("declaring", "failing", null)).isInstanceOf(FileNotFoundException.class);
    }

    @Test
    void anOverloadOfTheGuardedMethodIsItsFallback() throws Throwable {
        assertThat(fallback("overloaded", "overloaded", new IOException("down"), "id"))
                .isEqualTo(new Quote("down"));
    }

    @Test
    void aStageIsGivenAsAStageWhateverTheFallbackReturns() throws Throwable {
        assertThat(joined("stageSame")).isEqualTo(new Quote("stage"));
        assertThat(joined("stagePlain")).isEqualTo(new Quote("plain"));
        assertThat(joined("stageNull")).isNull();
    }

    @Test
    void publishersAndPlainValuesStandInForAMono() throws Throwable {
        assertThat(((Mono<?>) fallback("mono", "monoSame", null)).block()).isEqualTo(new Quote("mono"));
        assertThat(((Mono<?>) fallback("mono", "stageSame", null)).block()).isEqualTo(new Quote("stage"));
        assertThat(fallback("mono", "stagePlain", null)).isEqualTo(new Quote("plain"));
        assertThat(((Flux<?>) fallback("flux", "fluxSame", null)).blockFirst()).isEqualTo(new Quote("flux"));
        assertThat(((Mono<?>) fallback("flux", "monoSame", null)).block()).isEqualTo(new Quote("mono"));
    }

    @Test
    void aSuspendFunctionIsStoodInForByItsKotlinSignature() throws Throwable {
        assertThat(fallback("suspended", "same", null, "id", "continuation")).isEqualTo(new Quote("same id"));
        assertRefused("suspended", "number", "returns int instead of Quote", "'Quote number(String id)'");
    }

    @Test
    void aSuspendFunctionIsStoodInForBySuspendFunctions() throws Throwable {
        assertThat(awaited("atOnce", new IOException("down"))).isEqualTo(new Quote("id: down"));
        assertThat(awaited("later", new IOException("down"))).isEqualTo(new Quote("later id"));
        assertThatThrownBy(() -> awaited("thrower", new IOException("down"))).hasMessage("no fallback");
        assertThatThrownBy(() -> awaited("failingLater", new IOException("down")))
                .hasRootCauseInstanceOf(FileNotFoundException.class);
    }

    @Test
    void aSuspendFunctionGivesWhatItsContinuationIsGiven() {
        assertRefused("suspended", "laterNumber", "returns Integer instead of Quote", "Declare");
        assertRefused("quote", "later", "has parameters that don't fit", "Declare 'Quote later(String id)'");
    }

    @Test
    void aSuspendFunctionStandsInForAMono() throws Throwable {
        assertThat(((Mono<?>) fallback("mono", "suspendedMono", null)).block()).isEqualTo(new Quote("suspended"));
    }

    private @Nullable Object awaited(String name, Throwable failure) throws Throwable {
        return ((Mono<?>) fallback("suspended", name, failure, "id")).block();
    }

    @Test
    void aMistypedNameIsAnErrorWithTheNearestName() {
        assertRefused(
                "quote",
                "wihout",
                "names no method of Quotes",
                "Did you mean 'without'? Declare 'Quote wihout(String id)'");
    }

    @Test
    void parametersThatDoNotFitAreAnErrorWithTheExpectedSignatures() {
        assertRefused(
                "quote",
                "boxed",
                "has parameters that don't fit: Quotes#boxed(Integer)",
                "Declare 'Quote boxed(String id)', or with the failure last 'Quote boxed(String id, Throwable failure)'");
        assertRefused("list", "listOfText", "that don't fit: Quotes#listOfText(List)", "(List<Quote> quotes)");
    }

    @Test
    void aResultThatDoesNotFitIsAnError() {
        assertRefused(
                "quote", "number", "Quotes#number() returns int instead of Quote", "Declare 'Quote number(String id)'");
        assertRefused("quote", "nothing", "returns void instead of Quote", "Declare");
        assertRefused("mono", "monoOfText", "returns Mono<String> instead of Mono<Quote>", "Mono<Quote> monoOfText()");
        assertRefused("mono", "fluxSame", "returns Flux<Quote> instead of Mono<Quote>", "Declare");
        assertRefused("stage", "stageOfText", "instead of CompletionStage<Quote>", "Declare");
    }

    @Test
    void aCheckedExceptionThatTheMethodDoesNotDeclareIsAnError() {
        assertRefused(
                "quote",
                "failing",
                "throws FileNotFoundException, which Quotes#quote(String) does not declare",
                "Catch");
    }

    @Test
    void anOverloadThatNobodyWouldEverCallIsAnError() {
        assertRefused("quote", "forErrors", "is for OutOfMemoryError, which no fallback is given", "Take an exception");
        assertRefused("quote", "forInterrupts", "is for InterruptedException", "Errors and interrupts pass through");
    }

    @Test
    void twoOverloadsForTheSameFailureAreAnError() {
        assertRefused("quote", "twice", "could mean Quotes#twice", "Rename one of them");
    }

    @Test
    void theGuardedMethodIsNotItsOwnFallback() {
        assertRefused("quote", "quote", "is the guarded method itself", "Make it private");
    }

    @Test
    void aMethodOfAnotherBeanIsInvoked() throws Throwable {
        beans.registerBeanDefinition("cheap", new RootBeanDefinition(Cheap.class));

        assertThat(fallback("quote", "cheap::offer", null, "id")).isEqualTo(new Quote("cheap id"));
    }

    @Test
    void aBeanBehindAnInterfaceProxyIsInvokedByItsInterface() throws Throwable {
        ProxyFactory proxy = new ProxyFactory(new Cheap());
        proxy.addAdvice(
                (MethodInterceptor) invocation -> new Quote("advised " + ((Quote) invocation.proceed()).text()));
        beans.registerSingleton("cheap", proxy.getProxy());

        assertThat(fallback("quote", "cheap::offer", null, "id")).isEqualTo(new Quote("advised cheap id"));
    }

    @Test
    void aBeanBehindASubclassIsInvokedThroughIt() throws Throwable {
        ProxyFactory proxy = new ProxyFactory(new Cheap());
        proxy.setProxyTargetClass(true);
        proxy.addAdvice((MethodInterceptor) invocation -> new Quote("advised"));
        beans.registerSingleton("cheap", proxy.getProxy());

        assertThat(fallback("quote", "cheap::offer", null, "id")).isEqualTo(new Quote("advised"));
    }

    @Test
    void anotherBeanIsCreatedWithTheFirstDiversion() {
        RootBeanDefinition early = new RootBeanDefinition(Cheap.class, () -> {
            throw new IllegalStateException("created too early");
        });
        beans.registerBeanDefinition("cheap", early);

        assertThat(find("quote", "cheap::offer")).isNotNull();
    }

    @Test
    void aMistypedOrUnfittingBeanIsAnError() {
        beans.registerBeanDefinition("cheap", new RootBeanDefinition(Cheap.class));

        assertRefused("quote", "cheep::offer", "names no bean 'cheep'", "Did you mean 'cheap::offer'?");
        assertRefused("quote", "cheap::ofer", "names no method of Cheap", "Did you mean 'cheap::offer'?");
        assertRefused("quote", "cheap::secret", "is private", "Make it visible");
    }

    private @Nullable Object joined(String fallback) throws Throwable {
        return ((CompletionStage<?>) fallback("stage", fallback, null))
                .toCompletableFuture()
                .join();
    }

    private @Nullable Object fallback(String guarded, String name, @Nullable Throwable failure, Object... arguments)
            throws Throwable {
        return find(guarded, name).on(() -> bean).invoke(arguments, failure);
    }

    private FallbackMethod find(String guarded, String name) {
        return targets.method("method", name, guarded(guarded), Quotes.class, shape(guarded));
    }

    private void assertRefused(String guarded, String name, String reason, String remedy) {
        assertThatThrownBy(() -> find(guarded, name))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("method = '" + name + "'")
                .hasMessageContaining(reason)
                .hasMessageContaining(remedy);
    }

    private static CallShape shape(String guarded) {
        return switch (guarded) {
            case "stage" -> CallShape.STAGE;
            case "mono", "suspended" -> CallShape.MONO;
            case "flux" -> CallShape.FLUX;
            default -> CallShape.BLOCKING;
        };
    }

    /** The method with the fewest parameters, where it has overloads. */
    private static Method guarded(String name) {
        return Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(Quotes.class))
                .filter(method -> method.getName().equals(name))
                .min(Comparator.comparingInt(Method::getParameterCount))
                .orElseThrow();
    }

    record Quote(String text) {}

    interface Quoting {
        Quote offer(String id);
    }

    static class Cheap implements Quoting {
        @Override
        public Quote offer(String id) {
            return new Quote("cheap " + id);
        }

        private Quote secret(String id) {
            return new Quote("secret " + id);
        }
    }

    static class Base {
        private Quote inherited() {
            return new Quote("inherited");
        }
    }

    @SuppressWarnings("unused")
    static class Quotes extends Base {

        Quote quote(String id) {
            return new Quote("real");
        }

        Quote overloaded(String id) {
            return new Quote("real");
        }

        Quote overloaded(String id, Exception failure) {
            return new Quote(failure.getMessage());
        }

        int count(int start) {
            return start;
        }

        Quote list(List<Quote> quotes) {
            return quotes.get(0);
        }

        Quote declaring() throws IOException {
            return new Quote("real");
        }

        CompletionStage<Quote> stage() {
            return CompletableFuture.completedFuture(new Quote("real"));
        }

        Mono<Quote> mono() {
            return Mono.empty();
        }

        Flux<Quote> flux() {
            return Flux.empty();
        }

        Object suspended(String id, Continuation<? super Quote> continuation) {
            return new Quote("real");
        }

        /** A suspend function that has its value already. */
        Object atOnce(String id, Exception failure, Continuation<? super Quote> continuation) {
            return new Quote(id + ": " + failure.getMessage());
        }

        /** One that gives it on another thread. */
        private Object later(String id, Continuation<? super Quote> continuation) {
            CompletableFuture.runAsync(() -> continuation.resumeWith(new Quote("later " + id)));
            return IntrinsicsKt.getCOROUTINE_SUSPENDED();
        }

        Object thrower(String id, Continuation<? super Quote> continuation) {
            throw new IllegalStateException("no fallback");
        }

        Object failingLater(String id, Continuation<? super Quote> continuation) {
            CompletableFuture.runAsync(
                    () -> continuation.resumeWith(ResultKt.createFailure(new FileNotFoundException())));
            return IntrinsicsKt.getCOROUTINE_SUSPENDED();
        }

        Object laterNumber(Continuation<? super Integer> continuation) {
            return 1;
        }

        Object suspendedMono(Continuation<? super Quote> continuation) {
            return new Quote("suspended");
        }

        Quote same(String id) {
            return new Quote("same " + id);
        }

        Quote withFailure(String id, Throwable failure) {
            return new Quote(id + ": " + failure.getMessage());
        }

        Quote without() {
            return new Quote("none");
        }

        Quote onlyFailure(Exception failure) {
            return new Quote(failure.getMessage());
        }

        private Quote hidden(String id) {
            return new Quote("hidden " + id);
        }

        static Quote fixed(String id) {
            return new Quote("fixed " + id);
        }

        Quote wider(Object id) {
            return new Quote("wider " + id);
        }

        Integer boxed(Integer start) {
            return start + 1;
        }

        Quote byType(String id, Exception failure) {
            return new Quote("any");
        }

        Quote byType(String id, IOException failure) {
            return new Quote("io");
        }

        Quote byType(FileNotFoundException failure) {
            return new Quote("file");
        }

        Quote byType(int unrelated) {
            return new Quote("unrelated");
        }

        Quote onlyIo(IOException failure) {
            return new Quote("io");
        }

        Quote forErrors(String id, OutOfMemoryError failure) {
            return new Quote("out of memory");
        }

        Quote forInterrupts(String id, InterruptedException failure) {
            return new Quote("interrupted");
        }

        Quote failing() throws FileNotFoundException {
            throw new FileNotFoundException();
        }

        Quote twice(String id) {
            return new Quote("one");
        }

        Quote twice() {
            return new Quote("two");
        }

        int number() {
            return 1;
        }

        void nothing() {}

        Quote listOfText(List<String> texts) {
            return new Quote("texts");
        }

        CompletableFuture<Quote> stageSame() {
            return CompletableFuture.completedFuture(new Quote("stage"));
        }

        Quote stagePlain() {
            return new Quote("plain");
        }

        @Nullable Quote stageNull() {
            return null;
        }

        CompletionStage<String> stageOfText() {
            return CompletableFuture.completedFuture("text");
        }

        Mono<Quote> monoSame() {
            return Mono.just(new Quote("mono"));
        }

        Mono<String> monoOfText() {
            return Mono.just("text");
        }

        Flux<Quote> fluxSame() {
            return Flux.just(new Quote("flux"));
        }
    }
}
