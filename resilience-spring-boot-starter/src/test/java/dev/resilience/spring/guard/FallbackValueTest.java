package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallShape;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.Target;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FallbackValueTest {

    private final Targets targets =
            new Targets(new StaticListableBeanFactory(), ApplicationConversionService.getSharedInstance());

    @Test
    void aTextBecomesWhatTheMethodGives() throws Throwable {
        assertThat(value("number", "42")).isEqualTo(42);
        assertThat(value("amount", "9.99")).isEqualTo(new BigDecimal("9.99"));
        assertThat(value("flag", "true")).isEqualTo(true);
        assertThat(value("unit", "seconds")).isEqualTo(TimeUnit.SECONDS);
        assertThat(value("text", "not available")).isEqualTo("not available");
        assertThat(value("duration", "2s")).isEqualTo(Duration.ofSeconds(2));
        assertThat(value("numbers", "1, 2")).isEqualTo(List.of(1, 2));
        assertThat(value("maybe", "3")).isEqualTo(Optional.of(3));
    }

    @Test
    void nothingIsWrittenAsNull() throws Throwable {
        assertThat(value("text", "null")).isNull();
        assertThat(value("maybe", "null")).isEqualTo(Optional.empty());
        assertThat(value("nothing", "null")).isNull();
    }

    @Test
    void emptyIsWrittenAsBrackets() throws Throwable {
        assertThat(value("numbers", "[]")).isEqualTo(List.of());
        assertThat(value("names", "[]")).isEqualTo(Set.of());
        assertThat(value("ranks", "{}")).isEqualTo(Map.of());
        assertThat(value("maybe", "[]")).isEqualTo(Optional.empty());
        assertThat((String[]) value("array", "[]")).isEmpty();
    }

    @Test
    void whatStageAndPublisherBringIsConverted() throws Throwable {
        assertThat(((CompletableFuture<?>) value("stage", "7")).join()).isEqualTo(7);
        assertThat(((CompletableFuture<?>) value("stage", "null")).join()).isNull();
        assertThat(value("mono", "7")).isEqualTo(7);
        assertThat(value("monoOfMany", "[]")).isEqualTo(List.of());
        assertThat(value("flux", "7")).isEqualTo(7);
        assertThat(value("flux", "[]")).isNull();
    }

    @Test
    void whatACallerCouldChangeIsMadeAnew() throws Throwable {
        Target numbers = target("numbers", "1, 2");

        Object first = numbers.invoke(new Object[0], null);

        assertThat(numbers.invoke(new Object[0], null)).isEqualTo(first).isNotSameAs(first);
    }

    @Test
    void whatDoesNotConvertIsAnErrorWithARemedy() {
        assertRefused("number", "many", "is no value of type int", "such as 'int numberFallback()'");
        assertRefused("number", "null", "is no value of type int", "Write a fallback method instead");
        assertRefused("number", "[]", "is no value of type int", "Write a fallback method instead");
        assertRefused("flag", "perhaps", "is no value of type boolean", "Write a fallback method instead");
        assertRefused("numbers", "1, x", "is no value of type List<Integer>", "'List<Integer> numbersFallback()'");
        assertRefused("mono", "x", "is no value of type Integer", "'Mono<Integer> monoFallback()'");
        assertRefused("order", "x", "can't be converted to Order", "'Order orderFallback()'");
        assertRefused("nothing", "x", "the value of a method that has none", "Write 'null'");
    }

    private @Nullable Object value(String guarded, String text) throws Throwable {
        return target(guarded, text).invoke(new Object[0], null);
    }

    private Target target(String guarded, String text) {
        return targets.value(
                "value", text, ReflectionUtils.findMethod(Service.class, guarded), Service.class, shape(guarded));
    }

    private void assertRefused(String guarded, String text, String reason, String remedy) {
        assertThatThrownBy(() -> target(guarded, text))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("value = '" + text + "'")
                .hasMessageContaining(reason)
                .hasMessageContaining(remedy);
    }

    private static CallShape shape(String guarded) {
        return switch (guarded) {
            case "stage" -> CallShape.STAGE;
            case "mono", "monoOfMany" -> CallShape.MONO;
            case "flux" -> CallShape.FLUX;
            default -> CallShape.BLOCKING;
        };
    }

    /** Nothing makes it from a text. */
    record Order(int number, String item) {}

    interface Service {
        int number();

        BigDecimal amount();

        boolean flag();

        TimeUnit unit();

        String text();

        Duration duration();

        List<Integer> numbers();

        Set<String> names();

        Map<String, Integer> ranks();

        String[] array();

        Optional<Integer> maybe();

        Order order();

        void nothing();

        CompletionStage<Integer> stage();

        Mono<Integer> mono();

        Mono<List<String>> monoOfMany();

        Flux<Integer> flux();
    }
}
