package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.FakeCall;
import dev.resilience.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.Test;

class InvalidationTest {

    private final CacheHarness quotes = new CacheHarness(Map.of("stale-if-error", "1h"));
    private final ResultCache cache = quotes.cache;

    @Test
    void tellsHowManyResultsItHasDropped() {
        quotes.load(quotes.call("ACME"), 1);
        quotes.load(keyed("ACME"), 2);
        quotes.load(keyed("OTHER"), 3);

        assertThat(cache.invalidate("ACME")).isEqualTo(2);
        assertThat(cache.invalidate("ACME")).isZero();
        assertThat(cache.invalidateAll()).isEqualTo(1);
        assertThat(quotes.number("invalidations")).isEqualTo(3L);
        assertThat(quotes.number("entries")).isEqualTo(0L);
        cache.clear();
        assertThat(quotes.number("invalidations")).isEqualTo(0L);
    }

    @Test
    void dropsWhatHasExpiredAndCouldStillBeGiven() {
        quotes.load(keyed("ACME"), 1);
        quotes.load(keyed("OTHER"), 2);
        quotes.time.advance(Duration.ofMinutes(10));

        assertThat(cache.invalidate("ACME")).isEqualTo(1);
        assertThat(cache.invalidateAll()).isEqualTo(1);
    }

    @Test
    void dropsTheExplicitTextsThatBeginWithAPrefix() {
        quotes.load(quotes.call("shop-1/other"), 0);
        quotes.load(keyed("shop-1/a"), 1);
        quotes.load(keyed("shop-1/b"), 2);
        quotes.load(keyed("shop-2/a"), 3);
        quotes.load(keyed(List.of("shop-1/a")), 4);

        assertThat(cache.invalidatePrefix("shop-1/")).isEqualTo(2);
        assertThat(isKept(keyed("shop-1/a"))).isFalse();
        assertThat(isKept(keyed("shop-2/a"))).isTrue();
        assertThat(isKept(keyed(List.of("shop-1/a")))).isTrue();
        assertThat(isKept(quotes.call("shop-1/other"))).isTrue();
    }

    @Test
    void findsKeysThatAreTooLongToBeKept() {
        String longest = "x".repeat(100_000);
        quotes.load(keyed(longest + "a"), 1);
        quotes.load(keyed(longest + "b"), 2);
        quotes.load(quotes.call(longest + "a"), 3);

        assertThat(cache.invalidate(longest + "a")).isEqualTo(2);
        assertThat(quotes.ask(longest + "a")).isEqualTo(Admission.proceed());
        assertThat(isKept(keyed(longest + "b"))).isTrue();
    }

    /** Rather one result too many than one that is out of date. */
    @Test
    void takesALongKeyToGoOnLikeAPrefixThatIsLongerThanWhatIsKnownOfIt() {
        String shop = "shop-1/" + "x".repeat(2000);
        quotes.load(keyed(shop + "a"), 1);
        quotes.load(keyed("shop-2/" + "x".repeat(2000)), 2);
        quotes.load(quotes.call(shop), 3);

        assertThat(cache.invalidatePrefix("shop-1/" + "y".repeat(300))).isZero();
        assertThat(cache.invalidatePrefix(shop + "b")).isEqualTo(1);
        assertThat(cache.invalidatePrefix("shop-2/")).isEqualTo(1);
        assertThat(quotes.ask(shop)).isEqualTo(Admission.returning(3));
    }

    @Test
    void knowsExplicitTextsThatAreAtHome() {
        quotes.load(keyed("shop-1/a"), 1);
        quotes.load(quotes.call("shop-1/a"), 2);
        quotes.load(keyed(11L), 3);

        assertThat(cache.invalidatePrefix("")).isEqualTo(1);
        assertThat(isKept(quotes.call("shop-1/a"))).isTrue();
        assertThat(isKept(keyed(11L))).isTrue();
    }

    @Test
    void dropsTheResultsOfAnOperationHoweverItIsWritten() {
        for (String written : List.of("Quotes.quote", "quote", "Quotes.quote(String)", "quotes.QUOTE")) {
            quotes.load(quotes.call("ACME").operation("Quotes.quote(String)"), 1);
            quotes.load(quotes.call("ACME").operation("Quotes.quotes"), 2);

            assertThat(cache.invalidateOperation(written)).as(written).isEqualTo(1);
            assertThat(isKept(quotes.call("ACME").operation("Quotes.quotes"))).isTrue();
            cache.clear();
        }
    }

    @Test
    void dropsTheResultsOfAnOperationBehindTheFailureOfAnother() {
        CacheHarness shared = new CacheHarness(Map.of("ttl", "1m", "stale-if-error", "1h", "negative-ttl", "5s"));
        shared.load(shared.call("ACME").key("ACME").operation("Quotes.quote"), 1);
        shared.time.advance(Duration.ofMinutes(1));
        FakeCall failing = shared.call("ACME").key("ACME").operation("Quotes.other");
        shared.policy.admit(failing);
        assertThat(shared.policy.settle(failing.threw(new IOException()))).isEqualTo(Verdict.returning(1));

        assertThat(shared.cache.invalidateOperation("quote")).isEqualTo(1);

        assertThat(shared.policy.admit(shared.call("ACME").key("ACME"))).isEqualTo(Admission.proceed());
    }

    @Test
    void dropsOverloadsTogetherOrOneByOne() {
        FakeCall one = quotes.call("ACME").operation("Quotes.quote(String)");
        FakeCall other = quotes.call(1).operation("Quotes.quote(int)");
        quotes.load(one, 1);
        quotes.load(other, 2);

        assertThat(cache.invalidateOperation("Quotes.quote(int)")).isEqualTo(1);
        quotes.load(quotes.call(1).operation("Quotes.quote(int)"), 2);
        assertThat(cache.invalidateOperation("Quotes.quote")).isEqualTo(2);
    }

    @Test
    void dropsEveryVariantOfAKeyAndOfAPrefix() {
        for (String variant : List.of("kim", "lee")) {
            load(new Varied("shop-1/a", variant));
            load(new Varied("shop-2/a", variant));
        }

        assertThat(cache.invalidate("shop-1/a")).isEqualTo(2);
        assertThat(cache.invalidatePrefix("shop-2")).isEqualTo(2);
        assertThat(quotes.number("entries")).isEqualTo(0L);
    }

    @Test
    void outdatesALoadOfAnyVariant() {
        Load running = begin(new Varied("ACME", "kim"));

        cache.invalidate("ACME");

        assertThat(cache.running()).isZero();
        cache.loaded(running, keyed("ACME").gave(1), 0);
        assertThat(quotes.number("entries")).isEqualTo(0L);
    }

    @Test
    void outdatesTheLoadsThatAreMeantAndNoOthers() {
        List<Runnable> ways = List.of(
                () -> cache.invalidate("shop-1/a"),
                () -> cache.invalidatePrefix("shop-1"),
                () -> cache.invalidateOperation("Quotes.quote"));
        for (Runnable way : ways) {
            FakeCall meant = keyed("shop-1/a").operation("Quotes.quote");
            FakeCall other = keyed("shop-2/a").operation("Quotes.other");
            quotes.policy.admit(meant);
            quotes.policy.admit(other);

            way.run();

            assertThat(cache.running()).isEqualTo(1);
            quotes.policy.settle(meant.gave(1));
            quotes.policy.settle(other.gave(2));
            assertThat(isKept(keyed("shop-1/a"))).isFalse();
            assertThat(isKept(keyed("shop-2/a"))).isTrue();
            cache.clear();
        }
    }

    @Test
    void outdatesALoadByTheOperationThatLeadsItNow() {
        FakeCall first = keyed("ACME").operation("Quotes.quote");
        FakeCall second = keyed("ACME").operation("Quotes.other");
        quotes.policy.admit(first);
        quotes.policy.admit(second);
        quotes.cancel(first);
        quotes.policy.admit(second);

        cache.invalidateOperation("Quotes.quote");
        assertThat(cache.running()).isEqualTo(1);
        cache.invalidateOperation("Quotes.other");
        assertThat(cache.running()).isZero();
    }

    @Test
    void findsTheOnlyArgumentOfASuspendFunctionAndTheLackOfOne() {
        Continuation<Object> continuation = new KeysTest.Suspended();
        quotes.load(quotes.call("ACME", continuation), 1);
        quotes.load(quotes.call((Object) null), 2);
        quotes.load(keyed(Call.NULL_KEY), 3);

        assertThat(cache.invalidate("ACME")).isEqualTo(1);
        assertThat(cache.invalidate(Call.NULL_KEY)).isEqualTo(2);
    }

    private FakeCall keyed(Object key) {
        return quotes.call("x", "y").key(key);
    }

    private boolean isKept(FakeCall call) {
        boolean kept = quotes.policy.admit(call) instanceof Admission.Return;
        if (!kept) {
            quotes.cancel(call);
        }
        return kept;
    }

    private void load(Varied key) {
        cache.loaded(begin(key), keyed(key.base()).gave(1), 0);
    }

    private Load begin(Varied key) {
        cache.keyOf(keyed(key.base()));
        cache.remember(keyed(key.base()));
        Load load = new Load(key, "Test.operation");
        assertThat(cache.begin(load)).isNull();
        return load;
    }
}
