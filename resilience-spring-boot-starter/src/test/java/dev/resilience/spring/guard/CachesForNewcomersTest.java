package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.event.ResilienceEvent;
import dev.resilience.event.ResilienceEvent.Refused;
import dev.resilience.event.ResilienceListener;
import dev.resilience.spring.annotation.CacheInvalidate;
import dev.resilience.spring.annotation.Cached;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** What somebody stumbles over who uses caches for the first time. */
class CachesForNewcomersTest {

    static List<Object> spellings() {
        return List.of((byte) 42, (short) 42, 42, 42L, BigInteger.valueOf(42), "42");
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void aWholeNumberIsFoundHoweverItIsWritten(Object number) {
        Starters.with(Numbers.class).run(context -> {
            Numbers numbers = context.getBean(Numbers.class);
            for (Object key : spellings()) {
                Object before = numbers.number(key);
                numbers.forget(number);
                assertThat(numbers.number(key)).as("%s", key.getClass()).isNotEqualTo(before);
            }
        });
    }

    @Test
    void aMistypedOperationIsToldTheNearestThoughItsClassIsLeftOut() {
        Starters.with(Mistyped.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("no operation of the cache 'quotes' is called so. Did you mean 'quote'?"));
    }

    @ParameterizedTest
    @ValueSource(classes = {AsObject.class, AsAbstractClass.class})
    void aCacheOfALazyBeanThatHidesItsClassMayStillCome(Class<?> declaring) {
        Starters.with(declaring, Reloading.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(Findings.class).all())
                    .filteredOn(finding -> finding.level() == Finding.Level.WARNING)
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("there is no cache 'lazy'"));
            LazyQuotes quotes = (LazyQuotes) context.getBean("quotes");
            assertThat(quotes.quote()).isEqualTo("quote 1");
            assertThat(quotes.quote()).isEqualTo("quote 1");
            context.getBean(Reloading.class).reload();
            assertThat(quotes.quote()).isEqualTo("quote 2");
        });
    }

    @Test
    void aFailureThatIsKeptIsNoRefusal() {
        Starters.with(Failing.class).withBean(Refusals.class).run(context -> {
            Failing failing = context.getBean(Failing.class);
            for (int call = 0; call < 3; call++) {
                assertThatThrownBy(failing::quote).hasMessage("down 1");
            }
            assertThat(context.getBean(Refusals.class).heard()).isEmpty();
        });
    }

    static class Numbers {
        private int loads;

        @Cached(name = "numbers", key = "#number")
        public String number(Object number) {
            return number + " for the time " + ++loads;
        }

        @CacheInvalidate(name = "numbers", key = "#number")
        public void forget(Object number) {}
    }

    static class Mistyped {
        @Cached("quotes")
        public String quote(String symbol) {
            return symbol;
        }

        @CacheInvalidate(name = "quotes", operation = "qoute")
        public void reload() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class AsObject {
        @Bean
        @Lazy
        Object quotes() {
            return new LazyQuotes();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AsAbstractClass {
        @Bean
        @Lazy
        AbstractQuotes quotes() {
            return new LazyQuotes();
        }
    }

    abstract static class AbstractQuotes {}

    static class LazyQuotes extends AbstractQuotes {
        private int loads;

        @Cached("lazy")
        public String quote() {
            return "quote " + ++loads;
        }
    }

    static class Reloading {
        @CacheInvalidate(name = "lazy", all = true)
        public void reload() {}
    }

    static class Failing {
        private int calls;

        @Cached(name = "quotes", negativeTtl = "1h")
        public String quote() {
            throw new IllegalStateException("down " + ++calls);
        }
    }

    static class Refusals implements ResilienceListener {
        private final List<ResilienceEvent> heard = new CopyOnWriteArrayList<>();

        List<ResilienceEvent> heard() {
            return heard;
        }

        @Override
        public void onEvent(ResilienceEvent event) {
            if (event instanceof Refused) {
                heard.add(event);
            }
        }
    }
}
