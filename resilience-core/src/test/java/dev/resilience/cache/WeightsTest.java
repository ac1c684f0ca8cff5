package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.event.ResilienceEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WeightsTest {

    private static final ResultWeigher LENGTH = result -> result.toString().length();

    private final AtomicReference<ResultWeigher> weigher = new AtomicReference<>(LENGTH);

    @Test
    void keepsNoMoreThanMayWeighThatMuch() {
        CacheHarness quotes = weighing(Map.of("max-weight", "100"));
        for (int number = 0; number < 50; number++) {
            quotes.load(quotes.call(number), "x".repeat(10));
        }

        assertThat(quotes.number("weight")).isEqualTo(100L);
        assertThat(quotes.number("entries")).isEqualTo(10L);
        assertThat(quotes.number("evictions")).isEqualTo(40L);
    }

    @Test
    void keepsNothingThatIsHeavierThanEverythingMayBe() {
        CacheHarness quotes = weighing(Map.of("max-weight", "100"));
        quotes.load(quotes.call("SMALL"), "small");
        quotes.load(quotes.call("HUGE"), "x".repeat(101));

        assertThat(quotes.ask("HUGE")).isEqualTo(Admission.proceed());
        assertThat(quotes.ask("SMALL")).isEqualTo(Admission.returning("small"));
    }

    @Test
    void weighsOneEachWithoutAWeigher() {
        CacheHarness quotes = weighing(Map.of("max-entries", "10"));
        quotes.load(quotes.call("ACME"), "x".repeat(1000));
        quotes.fail(new IOException(), "OTHER");

        assertThat(quotes.number("weight")).isEqualTo(2L);
    }

    @Test
    void weighsAtLeastOneOrItWouldNeverBeThrownOut() {
        weigher.set(result -> 0);
        CacheHarness quotes = weighing(Map.of("max-weight", "10"));
        for (int number = 0; number < 50; number++) {
            quotes.load(quotes.call(number), "x");
        }

        assertThat(quotes.number("entries")).isEqualTo(10L);
    }

    @Test
    void letsNobodyFillTheHeapWithWhatIsNotThere() {
        CacheHarness quotes = weighing(Map.of("max-weight", "1000000000"));
        for (int number = 0; number < 30_000; number++) {
            if (number % 2 == 0) {
                quotes.fail(new IOException(), number);
            } else {
                quotes.load(quotes.call(number), null);
            }
        }

        assertThat(quotes.number("entries")).isEqualTo(10_000L);
        assertThat(quotes.number("weight")).isEqualTo(1_000_000_000L);
    }

    @Test
    void addsTheWeightOfTheResultThatIsKeptBehindAFailure() {
        CacheHarness quotes = weighing(Map.of("max-weight", "100", "stale-if-error", "1h"));
        quotes.load(quotes.call("ACME"), "x".repeat(10));
        quotes.time.advance(Duration.ofMinutes(1));
        quotes.fail(new IOException(), "ACME");

        assertThat(quotes.number("weight")).isEqualTo(11L);
    }

    @Test
    void keepsNoResultOfAWeigherThatThrowsAndTellsItOnce() {
        weigher.set(result -> {
            throw new IllegalStateException("secret");
        });
        CacheHarness quotes = weighing(Map.of("max-weight", "100"));
        quotes.load(quotes.call("ACME"), "new");
        quotes.load(quotes.call("OTHER"), "new");

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("broken-rules")).isEqualTo(2L);
        assertThat(told(quotes))
                .containsExactly(
                        "the weigher 'length' threw java.lang.IllegalStateException and was ignored: the result is"
                                + " not kept. From now on that is only counted, as broken-rules");
    }

    @Test
    void takesANegativeWeightForNone() {
        weigher.set(result -> -3);
        CacheHarness quotes = weighing(Map.of("max-weight", "100"));
        quotes.load(quotes.call("ACME"), "new");

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("broken-rules")).isEqualTo(1L);
        assertThat(told(quotes))
                .singleElement()
                .asString()
                .contains("the weigher 'length' answered -3 and was ignored");
    }

    @Test
    void dropsAnOlderResultThatOneWithoutAWeightHasOvertaken() {
        CacheHarness quotes = weighing(Map.of("max-weight", "100", "stale-if-error", "1h"));
        quotes.load(quotes.call("ACME"), "old");
        quotes.time.advance(Duration.ofMinutes(1));
        weigher.set(result -> -1);
        quotes.load(quotes.call("ACME"), "new");
        weigher.set(LENGTH);

        assertThat(quotes.number("entries")).isEqualTo(0L);
    }

    @Test
    void neverAsksAboutNothing() {
        weigher.set(result -> {
            throw new AssertionError(result);
        });
        CacheHarness quotes = weighing(Map.of("max-weight", "100"));
        quotes.load(quotes.call("NULL"), null);
        quotes.load(quotes.call("EMPTY"), Optional.empty());

        assertThat(quotes.number("entries")).isEqualTo(2L);
        assertThat(quotes.number("broken-rules")).isEqualTo(0L);
    }

    @Test
    void livesWithTheHeaviest() {
        weigher.set(result -> Long.MAX_VALUE);
        CacheHarness quotes = weighing(Map.of("max-weight", String.valueOf(Long.MAX_VALUE)));
        quotes.load(quotes.call("ACME"), "x");

        assertThat(quotes.number("weight")).isEqualTo((long) Integer.MAX_VALUE);
    }

    @Test
    void takesAnotherBoundWhileItRuns() {
        CacheHarness quotes = weighing(Map.of("max-weight", "100"));
        fill(quotes);

        quotes.reconfigure(Map.of("max-weight", "50", "weigher", "length"));

        assertThat(quotes.number("entries")).isEqualTo(5L);
    }

    @Test
    void weighsAnewWhatItHasWhereTheWeigherChanges() {
        CacheHarness quotes = weighing(Map.of("max-weight", "100", "stale-if-error", "1h"));
        fill(quotes);
        quotes.time.advance(Duration.ofMinutes(1));
        quotes.fail(new IOException(), 0);

        quotes.reconfigure(Map.of("max-entries", "10"));
        assertThat(quotes.number("entries")).isEqualTo(9L);
        assertThat(quotes.number("weight")).isEqualTo(10L);

        quotes.reconfigure(Map.of("max-weight", "1000", "weigher", "length"));
        assertThat(quotes.number("entries")).isEqualTo(9L);
        assertThat(quotes.number("weight")).isEqualTo(91L);
    }

    @Test
    void dropsWhatTheNewWeigherCannotWeigh() {
        CacheHarness quotes = weighing(Map.of("max-entries", "10"));
        fill(quotes);
        weigher.set(result -> -1);

        quotes.reconfigure(Map.of("max-weight", "1000", "weigher", "length"));

        assertThat(quotes.number("entries")).isEqualTo(0L);
    }

    @Test
    void changesNothingWhereTheNewWeigherIsNotThere() {
        CacheHarness quotes = weighing(Map.of("max-entries", "10"));

        assertThatThrownBy(() -> quotes.reconfigure(Map.of("max-weight", "1", "weigher", "lenght", "ttl", "0")))
                .hasMessageContaining("weigher = 'lenght'")
                .hasMessageContaining("names no ResultWeigher")
                .hasMessageContaining("Did you mean 'length'?");
        fill(quotes);
        assertThat(quotes.number("entries")).isEqualTo(10L);
    }

    @Test
    void namesEverythingThatIsNotThere() {
        Map<String, String> texts = Map.of("max-weight", "100", "weigher", "nobody", "copier", "length");

        assertThatThrownBy(() -> new CacheHarness(texts, List.of(), Map.of("length", LENGTH)))
                .hasMessageContaining("weigher = 'nobody'")
                .hasMessageContaining("Declare a ResultWeigher of that name, or leave 'weigher' out")
                .hasMessageContaining("copier = 'length'")
                .hasMessageContaining("names no ResultCopier");
    }

    private static void fill(CacheHarness quotes) {
        for (int number = 0; number < 10; number++) {
            quotes.load(quotes.call(number), "x".repeat(10));
        }
    }

    private CacheHarness weighing(Map<String, String> texts) {
        Map<String, String> all = new HashMap<>(Map.of("ttl", "1m", "ttl-jitter", "0", "negative-ttl", "5s"));
        all.putAll(texts);
        if (texts.containsKey("max-weight")) {
            all.put("weigher", "length");
        }
        ResultWeigher asked = result -> weigher.get().weigh(result);
        return new CacheHarness(all, List.of(), Map.of("length", asked));
    }

    static List<String> told(CacheHarness harness) {
        return harness.events.stream()
                .filter(ResilienceEvent.Noticed.class::isInstance)
                .map(event -> ((ResilienceEvent.Noticed) event).what())
                .toList();
    }
}
