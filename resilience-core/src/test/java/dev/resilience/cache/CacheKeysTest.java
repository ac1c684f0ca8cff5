package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.FakeCall;
import dev.resilience.KeyReset;
import dev.resilience.KeyStanding;
import dev.resilience.KeyView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CacheKeysTest {

    private final CacheHarness quotes =
            new CacheHarness(Map.of("ttl", "1m", "ttl-jitter", "0", "stale-if-error", "1h", "max-entries", "100"));

    @Test
    void tellsHowOldAResultIsAndHowLongItLives() {
        quotes.load(keyed("ACME"), 42);
        quotes.time.advance(Duration.ofSeconds(12));

        KeyView view = view("ACME");

        assertThat(view.key()).isEqualTo("ACME");
        assertThat(view.standing()).isEqualTo(KeyStanding.OWN);
        assertThat(view.details())
                .isEqualTo(Map.of(
                        "kept",
                        1,
                        "loading",
                        false,
                        "results",
                        List.of(Map.of(
                                "operation", "Test.operation", "state", "fresh", "age", "12s", "expires-in", "48s"))));
        assertThat(view.toString()).doesNotContain("42");
    }

    @Test
    void tellsSinceWhenAResultIsStale() {
        quotes.load(keyed("ACME"), 42);
        quotes.time.advance(Duration.ofSeconds(75));

        assertThat(results("ACME"))
                .containsExactly(
                        Map.of("operation", "Test.operation", "state", "stale", "age", "1m15s", "expired-for", "15s"));
    }

    @Test
    void keepsNothingForAStrangerAndMakesNothingOfTheQuestion() {
        quotes.load(keyed("ACME"), 42);

        assertThat(view("OTHER").standing()).isEqualTo(KeyStanding.NONE);
        assertThat(results("OTHER")).isEmpty();
        assertThat(quotes.number("hits")).isEqualTo(0L);
        assertThat(quotes.number("misses")).isEqualTo(1L);
        assertThat(quotes.number("entries")).isEqualTo(1L);
    }

    @Test
    void tellsThatAResultIsBeingLoaded() {
        FakeCall leading = keyed("ACME");
        assertThat(quotes.policy.admit(leading)).isEqualTo(Admission.proceed());

        assertThat(view("ACME").standing()).isEqualTo(KeyStanding.OWN);
        assertThat(view("ACME").details()).containsEntry("loading", true).containsEntry("kept", 0);
        assertThat(reset("ACME")).isEqualTo(new KeyReset("ACME", KeyStanding.OWN, 0L));
        quotes.policy.settle(leading.gave(42));

        assertThat(view("ACME").standing()).isEqualTo(KeyStanding.NONE);
    }

    @Test
    void showsTheResultsOfMethodsThatKeepTheirsApartTheYoungestFirst() {
        quotes.load(quotes.call("ACME"), 1);
        quotes.time.advance(Duration.ofSeconds(1));
        quotes.load(quotes.call("ACME").operation("Quotes.name"), 2);

        assertThat(results("ACME")).extracting("operation").containsExactly("Quotes.name", "Test.operation");
        assertThat(reset("ACME")).isEqualTo(new KeyReset("ACME", KeyStanding.OWN, 2L));
        assertThat(reset("ACME")).isEqualTo(new KeyReset("ACME", KeyStanding.NONE, 0L));
    }

    @Test
    void showsTheVariantsOfAKeyAndNotWhatTheyDependOn() {
        loadVariant("ACME", "alice");
        loadVariant("ACME", "bob");
        loadVariant("OTHER", "alice");

        assertThat(view("ACME").details()).containsEntry("kept", 2);
        assertThat(view("ACME").toString()).doesNotContain("alice").doesNotContain("bob");
        assertThat(reset("ACME").dropped()).isEqualTo(2L);
        assertThat(view("OTHER").details()).containsEntry("kept", 1);
    }

    @Test
    void showsTwentyResultsAtMostAndTellsOfAll() {
        for (int caller = 0; caller < 30; caller++) {
            loadVariant("ACME", "caller-" + caller);
        }

        assertThat(view("ACME").details()).containsEntry("kept", 30);
        assertThat(results("ACME")).hasSize(20);
    }

    @Test
    void findsKeysOfOtherTypesByTheirTexts() {
        UUID id = new UUID(1, 2);
        for (Object key : List.of(42, 43L, id, TimeUnit.DAYS)) {
            quotes.load(keyed(key), key);
            assertThat(view(key.toString()).standing()).as("" + key).isEqualTo(KeyStanding.OWN);
            assertThat(reset(key.toString()).dropped()).as("" + key).isEqualTo(1L);
        }
    }

    @Test
    void findsAnOnlyArgumentOfAnotherType() {
        quotes.load(quotes.call(TimeUnit.DAYS), 1);

        assertThat(view("DAYS").standing()).isEqualTo(KeyStanding.OWN);
    }

    @Test
    void ofSeveralMeaningsTheFirstKnownCounts() {
        quotes.load(keyed("digest"), 1);
        quotes.load(keyed("plain"), 2);

        assertThat(quotes.cache
                        .keys()
                        .reset(List.of("unknown", "digest", "plain"))
                        .key())
                .isEqualTo("digest");
        assertThat(view("plain").standing()).isEqualTo(KeyStanding.OWN);
        assertThat(quotes.cache.keys().view(List.of("first", "second"), null).key())
                .isEqualTo("first");
    }

    private void loadVariant(String base, String variant) {
        Load load = new Load(new Varied(base, variant), "Test.operation");
        FakeCall call = keyed(base).gave(variant);
        quotes.cache.remember(call);
        quotes.cache.begin(load);
        quotes.cache.loaded(load, call, 1);
    }

    private FakeCall keyed(Object key) {
        return quotes.call().key(key);
    }

    private KeyView view(String text) {
        return quotes.cache.keys().view(List.of(text), null);
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> results(String text) {
        return (List<Map<String, Object>>) view(text).details().get("results");
    }

    private KeyReset reset(String text) {
        return quotes.cache.keys().reset(List.of(text));
    }
}
