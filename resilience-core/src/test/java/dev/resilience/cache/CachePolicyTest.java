package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.FakeCall;
import dev.resilience.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CachePolicyTest {

    @Test
    void givesTheValueOfTheEarlierCall() {
        CacheHarness quotes = new CacheHarness(Map.of());

        quotes.load(quotes.call("ACME"), 42);

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));
        assertThat(quotes.ask("OTHER")).isEqualTo(Admission.proceed());
    }

    @Test
    void givesEveryHitTheSameAnswerSoThatItAllocatesNothing() {
        CacheHarness quotes = new CacheHarness(Map.of());
        quotes.load(quotes.call("ACME"), 42);

        assertThat(quotes.ask("ACME")).isSameAs(quotes.ask("ACME"));
    }

    @Test
    void forgetsTheValueWhenItsTimeIsUpAndNotBefore() {
        CacheHarness quotes = new CacheHarness(Map.of("ttl", "60s", "ttl-jitter", "0"));
        quotes.load(quotes.call("ACME"), 42);

        quotes.time.advance(Duration.ofSeconds(60).minusNanos(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));

        quotes.time.advanceNanos(1);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
    }

    @Test
    void givesAResultThatReplacesAnotherItsWholeTime() {
        CacheHarness quotes = new CacheHarness(Map.of("ttl", "10ms", "ttl-jitter", "0", "ttls.longer", "1m"));

        for (int round = 0; round < 500; round++) {
            quotes.load(quotes.call("ACME"), round);
            quotes.time.advance(Duration.ofMillis(10).minusNanos(1));
            assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(round));
            quotes.time.advanceNanos(1);
        }
    }

    @Test
    void makesRoomWhenTheLongestTimeIsOver() {
        CacheHarness quotes = new CacheHarness(Map.of("ttl", "60s"));
        quotes.load(quotes.call("ACME"), 42);

        quotes.time.advance(Duration.ofSeconds(62));
        quotes.load(quotes.call("OTHER"), 43);

        assertThat(quotes.number("entries")).isEqualTo(1L);
        assertThat(quotes.number("evictions")).isEqualTo(0L);
    }

    @Test
    void shortensTheTimeByChanceButNeverLengthensIt() {
        CacheHarness quotes = new CacheHarness(Map.of("ttl", "100s"));
        quotes.time.random(0.5);
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.random(0);
        quotes.load(quotes.call("LATER"), 43);

        quotes.time.advance(Duration.ofSeconds(95).minusNanos(1));
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning(42));

        quotes.time.advanceNanos(1);
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.ask("LATER")).isEqualTo(Admission.returning(43));
    }

    @Test
    void keepsNullAndOptionalAsTheyAre() {
        CacheHarness quotes = new CacheHarness(Map.of());
        quotes.load(quotes.call("NULL"), null);
        quotes.load(quotes.call("EMPTY"), Optional.empty());

        assertThat(quotes.ask("NULL")).isEqualTo(Admission.returning(null));
        assertThat(quotes.ask("EMPTY")).isEqualTo(Admission.returning(Optional.empty()));
    }

    @Test
    void forgetsThatThereIsNothingWhereThatIsWanted() {
        CacheHarness quotes = new CacheHarness(Map.of("cache-null", "false"));
        quotes.load(quotes.call("NULL"), null);
        quotes.load(quotes.call("EMPTY"), Optional.empty());
        quotes.load(quotes.call("EMPTY LIST"), List.of());
        quotes.load(quotes.call("ZERO"), Optional.of(0));

        assertThat(quotes.ask("NULL")).isEqualTo(Admission.proceed());
        assertThat(quotes.ask("EMPTY")).isEqualTo(Admission.proceed());
        assertThat(quotes.ask("EMPTY LIST")).isEqualTo(Admission.returning(List.of()));
        assertThat(quotes.ask("ZERO")).isEqualTo(Admission.returning(Optional.of(0)));
    }

    @Test
    void neverKeepsAFailure() {
        CacheHarness quotes = new CacheHarness(Map.of());
        FakeCall call = quotes.call("ACME");
        quotes.policy.admit(call);

        assertThat(quotes.policy.settle(call.threw(new IOException()))).isEqualTo(Verdict.proceed());
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("load-failures")).isEqualTo(1L);
    }

    @Test
    void letsCallsPassSideBySideWhenTheTimeIsZero() {
        CacheHarness quotes = new CacheHarness(Map.of("ttl", "0"));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        quotes.load(quotes.call("ACME"), 42);
        assertThat(quotes.number("entries")).isEqualTo(0L);
        assertThat(quotes.number("misses")).isEqualTo(0L);
    }

    @Test
    void givesOperationsTheirOwnTimes() {
        TimeToLive times = new TimeToLive(CacheHarness.configuration(
                Map.of("ttl", "1s", "ttls.Quotes.quote", "2s", "ttls.ApiCall", "3s", "ttls.store-data", "0")));

        assertThat(times.nanos("Quotes.quote")).isEqualTo(2_000_000_000L);
        assertThat(times.nanos("Quotes.quote(String)")).isEqualTo(2_000_000_000L);
        assertThat(times.nanos("Other.quote")).isEqualTo(1_000_000_000L);
        assertThat(times.nanos("Client.apiCall(String)")).isEqualTo(3_000_000_000L);
        assertThat(times.nanos("Client.storeData")).isEqualTo(0);
        assertThat(times.nanos("Client.storeData")).isEqualTo(0);
        assertThat(times.nanos("Other.other")).isEqualTo(1_000_000_000L);
    }

    @Test
    void keepsNoMoreEntriesThanAllowed() {
        CacheHarness quotes = new CacheHarness(Map.of("max-entries", "10"));

        for (int number = 0; number < 100; number++) {
            quotes.load(quotes.call(number), number);
        }

        assertThat(quotes.number("entries")).isEqualTo(10L);
        assertThat(quotes.number("evictions")).isEqualTo(90L);
    }

    @Test
    void doesNotCallItAnEvictionWhenAResultHadExpiredAnyway() {
        CacheHarness quotes = new CacheHarness(Map.of("max-entries", "1", "ttl", "60s"));
        quotes.load(quotes.call(1), "one");
        quotes.kind.reconfigure(quotes.cache, CacheHarness.configuration(Map.of("max-entries", "1", "ttl", "1s")));
        quotes.time.advance(Duration.ofSeconds(60));

        quotes.load(quotes.call(2), "two");
        quotes.time.advance(Duration.ofSeconds(1));
        quotes.load(quotes.call(3), "three");

        assertThat(quotes.number("entries")).isEqualTo(1L);
        assertThat(quotes.number("evictions")).isEqualTo(0L);
    }

    @Test
    void dropsANumberHoweverItIsWritten() {
        CacheHarness quotes = new CacheHarness(Map.of());
        List<Object> written = List.of(42L, 42, "42");
        for (Object key : written) {
            for (Object drop : written) {
                quotes.load(quotes.call(key), "value");
                quotes.cache.invalidate(drop);
                assertThat(quotes.ask(key)).as("%s by %s", key, drop).isEqualTo(Admission.proceed());
                quotes.cache.clear();
            }
        }
    }

    @Test
    void takesChangesWhileItRunsAndKeepsWhatItHas() {
        CacheHarness quotes = new CacheHarness(Map.of("ttl", "60s", "ttl-jitter", "0"));
        quotes.load(quotes.call(1), "one");

        quotes.kind.reconfigure(
                quotes.cache, CacheHarness.configuration(Map.of("ttl", "1s", "ttl-jitter", "0", "max-entries", "2")));
        quotes.load(quotes.call(2), "two");
        quotes.time.advance(Duration.ofSeconds(1));

        assertThat(quotes.ask(1)).isEqualTo(Admission.returning("one"));
        assertThat(quotes.ask(2)).isEqualTo(Admission.proceed());
        quotes.load(quotes.call(3), "three");
        quotes.load(quotes.call(4), "four");
        assertThat(quotes.number("entries")).isEqualTo(2L);
    }

    @Test
    void letsAnExplicitKeyReplaceTheParameters() {
        CacheHarness quotes = new CacheHarness(Map.of());
        quotes.load(quotes.call("ACME", 1).key("k"), 42);

        assertThat(quotes.policy.admit(quotes.call("OTHER", 2).key("k"))).isEqualTo(Admission.returning(42));
        assertThat(quotes.ask("k")).isEqualTo(Admission.proceed());
    }

    @Test
    void givesTheCallsWithoutAKeyOneEntry() {
        CacheHarness quotes = new CacheHarness(Map.of());
        quotes.load(quotes.call("ACME").key(Call.NULL_KEY), 42);

        assertThat(quotes.policy.admit(quotes.call("X").key(Call.NULL_KEY))).isEqualTo(Admission.returning(42));
    }

    @Test
    void dropsOneKeyWhereverItIsKnown() {
        CacheHarness quotes = new CacheHarness(Map.of());
        quotes.load(quotes.call("ACME"), 1);
        quotes.load(quotes.call("OTHER"), 2);
        quotes.load(quotes.call("x", "y").key("ACME"), 3);

        quotes.cache.invalidate("ACME");

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.policy.admit(quotes.call("x").key("ACME"))).isEqualTo(Admission.proceed());
        assertThat(quotes.ask("OTHER")).isEqualTo(Admission.returning(2));
    }

    @Test
    void dropsEverything() {
        CacheHarness quotes = new CacheHarness(Map.of());
        quotes.load(quotes.call("ACME"), 1);

        quotes.cache.invalidateAll();
        assertThat(quotes.ask("ACME")).isEqualTo(Admission.proceed());
        assertThat(quotes.number("misses")).isEqualTo(2L);

        quotes.cache.clear();
        assertThat(quotes.number("misses")).isEqualTo(0L);
    }

    @Test
    void doesNotKeepAValueThatWasInvalidatedWhileItWasLoaded() {
        CacheHarness quotes = new CacheHarness(Map.of());
        FakeCall call = quotes.call("ACME");
        quotes.policy.admit(call);

        quotes.cache.invalidate("ACME");
        FakeCall newer = quotes.call("ACME");
        assertThat(quotes.policy.admit(newer)).isEqualTo(Admission.proceed());
        quotes.policy.settle(newer.gave("new"));
        quotes.policy.settle(call.gave("old"));

        assertThat(quotes.ask("ACME")).isEqualTo(Admission.returning("new"));
    }

    @Test
    void tellsWhatItCounted() {
        CacheHarness quotes = new CacheHarness(Map.of());
        FakeCall call = quotes.call("ACME");
        quotes.policy.admit(call);
        quotes.time.advance(Duration.ofMillis(20));
        quotes.policy.settle(call.gave(42));
        quotes.ask("ACME");
        quotes.ask("ACME");
        quotes.ask("ACME");

        assertThat(quotes.kind.snapshot(quotes.cache).numbers())
                .containsEntry("hits", 3L)
                .containsEntry("misses", 1L)
                .containsEntry("hit-rate", 0.75)
                .containsEntry("entries", 1L)
                .containsEntry("loads", 1L)
                .containsEntry("load-failures", 0L)
                .containsEntry("weight", 1L)
                .containsEntry("average-load-millis", 20.0)
                .containsEntry("time-saved-seconds", 0.06)
                .containsEntry("evictions", 0L);
    }

    @Test
    void tellsTheHitRateInThousandths() {
        CacheHarness quotes = new CacheHarness(Map.of());
        quotes.load(quotes.call("ACME"), 42);
        quotes.load(quotes.call("OTHER"), 42);
        quotes.ask("ACME");

        assertThat(quotes.number("hit-rate")).isEqualTo(0.333);
    }

    @Test
    void staysSmallHoweverManyKeysSomebodyThinksUp() {
        CacheHarness quotes = new CacheHarness(Map.of("max-entries", "100", "negative-ttl", "5s"));
        for (int number = 0; number < 30_000; number++) {
            quotes.load(quotes.call("argument " + number), number);
            quotes.load(quotes.call(number, "by its arguments"), null);
            quotes.load(quotes.call().key("key " + number), number);
            quotes.fail(new IOException(), "failed " + number);
        }

        assertThat(quotes.number("entries")).isEqualTo(100L);
        assertThat(quotes.cache.running()).isZero();
    }

    @Test
    void failsACallWhoseArgumentsCannotBeToldApart() {
        CacheHarness quotes = new CacheHarness(Map.of());

        assertThatThrownBy(() -> quotes.ask("ACME", InputStream.nullInputStream()))
                .isInstanceOf(UnkeyableArgumentException.class)
                .hasMessageContaining("Test.operation")
                .hasMessageContaining("parameter 2")
                .hasMessageContaining("key = ");
    }
}
