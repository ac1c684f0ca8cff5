package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Call;
import dev.resilience.Placement;
import dev.resilience.Placement.Expression;
import dev.resilience.Recollection;
import dev.resilience.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a cache lends to the other policies of a method. */
class LastGoodTest {

    private final CacheHarness quotes = new CacheHarness(Map.of("ttl", "1m", "ttl-jitter", "0"));

    @Test
    void lendsItsResultsUpToAnAgeThatCountsFromTheLoad() {
        Recollection memory = memory(Placement.bare(), Duration.ofMinutes(10));
        quotes.load(quotes.call("ACME"), 42);

        quotes.time.advance(Duration.ofMinutes(10));
        assertThat(memory.recall(quotes.call("ACME"))).isEqualTo(Verdict.returning(42));
        assertThat(memory.recall(quotes.call("OTHER"))).isNull();
        assertThat(quotes.number("stale-served")).isEqualTo(1L);

        quotes.time.advanceNanos(1);
        assertThat(memory.recall(quotes.call("ACME"))).isNull();
    }

    @Test
    void keepsItsResultsAsLongAsTheOneWhoWantsThemLongest() {
        memory(Placement.bare(), Duration.ofMinutes(10));
        Recollection patient = memory(Placement.bare(), Duration.ofHours(1));
        memory(Placement.bare(), Duration.ofMinutes(20));
        quotes.load(quotes.call("ACME"), 42);

        quotes.time.advance(Duration.ofHours(1));
        quotes.load(quotes.call("OTHER"), 43);

        assertThat(patient.recall(quotes.call("ACME"))).isEqualTo(Verdict.returning(42));
    }

    @Test
    void looksForTheKeyThatThePlacementHas() {
        Placement keyed = Placement.of(Map.of("key", first(arguments -> arguments[0])));
        Recollection memory = memory(keyed, Duration.ofMinutes(10));
        quotes.load(quotes.call("x", "y").key("ACME"), 42);
        quotes.load(quotes.call("x", "y").key(Call.NULL_KEY), 43);

        assertThat(memory.recall(quotes.call("ACME"))).isEqualTo(Verdict.returning(42));
        assertThat(memory.recall(quotes.call((Object) null))).isEqualTo(Verdict.returning(43));
    }

    @Test
    void recallsNothingForAKeyThatCannotBeTold() {
        Placement keyed = Placement.of(Map.of("key", first(arguments -> {
            throw new IllegalStateException("no key");
        })));

        assertThat(memory(keyed, Duration.ofMinutes(10)).recall(quotes.call("ACME")))
                .isNull();
        assertThat(memory(Placement.bare(), Duration.ofMinutes(10)).recall(quotes.call(new Object())))
                .isNull();
    }

    private Recollection memory(Placement placement, Duration age) {
        return quotes.kind.recollection(quotes.cache, placement, age).orElseThrow();
    }

    private static Expression first(Function<Object[], Object> key) {
        return (arguments, context) -> key.apply(arguments);
    }
}
