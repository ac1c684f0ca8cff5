package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Call;
import dev.resilience.Recollection;
import dev.resilience.Verdict;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a cache lends to the other policies of a method. */
class LastGoodTest {

    private final CacheHarness quotes = new CacheHarness(Map.of("ttl", "1m", "ttl-jitter", "0"));

    @Test
    void lendsItsResultsUpToAnAgeThatCountsFromTheLoad() {
        Recollection memory = memory(Duration.ofMinutes(10));
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
        memory(Duration.ofMinutes(10));
        Recollection patient = memory(Duration.ofHours(1));
        memory(Duration.ofMinutes(20));
        quotes.load(quotes.call("ACME"), 42);

        quotes.time.advance(Duration.ofHours(1));
        quotes.load(quotes.call("OTHER"), 43);

        assertThat(patient.recall(quotes.call("ACME"))).isEqualTo(Verdict.returning(42));
    }

    @Test
    void looksForTheKeyThatTheCallIsShownWith() {
        Recollection memory = memory(Duration.ofMinutes(10));
        quotes.load(quotes.call("x", "y").key("ACME"), 42);
        quotes.load(quotes.call("x", "y").key(Call.NULL_KEY), 43);

        assertThat(memory.recall(quotes.call("z").key("ACME"))).isEqualTo(Verdict.returning(42));
        assertThat(memory.recall(quotes.call("z").key(Call.NULL_KEY))).isEqualTo(Verdict.returning(43));
        assertThat(memory.recall(quotes.call("ACME"))).isNull();
    }

    @Test
    void countsNothingThatAnotherPolicyOnlyWouldHaveGiven() {
        Recollection memory = memory(Duration.ofMinutes(10));
        quotes.load(quotes.call("ACME"), 42);

        assertThat(memory.recall(quotes.call("ACME").pretending())).isEqualTo(Verdict.returning(42));
        assertThat(quotes.number("stale-served")).isEqualTo(0L);
    }

    @Test
    void recallsNothingForAKeyThatCannotBeTold() {
        assertThat(memory(Duration.ofMinutes(10)).recall(quotes.call(new Object())))
                .isNull();
    }

    private Recollection memory(Duration age) {
        return quotes.kind.recollection(quotes.cache, age).orElseThrow();
    }
}
