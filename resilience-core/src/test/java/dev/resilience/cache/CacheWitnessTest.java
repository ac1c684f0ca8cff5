package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.Admission;
import dev.resilience.Call;
import dev.resilience.FakeCall;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who passes on how fresh an answer is has to be told of every one of them. */
class CacheWitnessTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final List<String> told = new ArrayList<>();

    @Test
    void isToldWhatWasLoadedAndHowOldItIsWhenItIsHit() {
        CacheHarness quotes = watched(Map.of());
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofSeconds(20));
        quotes.ask("ACME");

        assertThat(told).containsExactly("LOADED 0 60", "HIT 20 40");
    }

    @Test
    void isToldOfTheStaleOnesGivenToLeaderAndFollowers() {
        CacheHarness quotes = watched(Map.of("stale-if-error", "5m"));
        quotes.load(quotes.call("ACME"), 42);
        quotes.time.advance(Duration.ofSeconds(90));
        told.clear();
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);
        quotes.policy.settle(leader.threw(new IOException()));

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.returning(42));
        assertThat(told).containsExactly("STALE 90 -30", "STALE 90 -30");
    }

    @Test
    void isToldWhoSharesALoadAndWhatNobodyKeeps() {
        CacheHarness quotes = watched(Map.of("cache-null", "false"));
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);
        quotes.policy.settle(leader.gave(null));
        quotes.policy.admit(follower);

        assertThat(told).containsExactly("LOADED 0 not kept", "SHARED 0 not kept");
    }

    @Test
    void isToldOfThoseWhoPassAndNotOfThoseWhoFail() {
        CacheHarness off = watched(Map.of("ttl", "0"));
        off.ask("ACME");
        CacheHarness quotes = watched(Map.of());
        quotes.policy.admit(quotes.call("ACME").variant(Call.NULL_KEY));
        FakeCall leader = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.settle(leader.threw(new IOException()));

        assertThat(told).containsExactly("PASSED 0 not kept", "PASSED 0 not kept");
    }

    /** The response is the method's own, and nobody is to notice the cache. */
    @Test
    void isToldNothingOfACacheThatOnlyPretends() {
        CacheHarness quotes = watched(Map.of("stale-if-error", "5m", "stale-while-revalidate", "5s"));
        quotes.load(quotes.call("ACME").pretending(), 42);
        quotes.policy.admit(quotes.call("ACME").pretending());
        quotes.policy.admit(quotes.call("ACME").variant(Call.NULL_KEY).pretending());
        quotes.time.advance(Duration.ofSeconds(60));
        quotes.policy.admit(quotes.call("ACME").pretending());
        quotes.time.advance(Duration.ofSeconds(5));
        FakeCall leader = quotes.call("ACME").pretending();
        quotes.policy.admit(leader);
        quotes.policy.settle(leader.threw(new IOException()));

        assertThat(told).isEmpty();
    }

    @Test
    void isToldHowLongThatIsGoodForWhichMadeALoadNeedless() {
        CacheHarness quotes = watched(Map.of());
        FakeCall leader = quotes.call("ACME");
        FakeCall follower = quotes.call("ACME");
        quotes.policy.admit(leader);
        quotes.policy.admit(follower);
        Kept kept = new Kept(
                Admission.returning(42),
                "Test.operation",
                quotes.time.tick(),
                new Lifetime(MINUTE, MINUTE, 0),
                1,
                null);

        quotes.cache.endWithHit((Load) leader.memo(), kept, kept.answer());

        assertThat(quotes.policy.admit(follower)).isEqualTo(Admission.returning(42));
        assertThat(told).containsExactly("SHARED 0 60");
    }

    @Test
    void isToldWhatIsGivenWhileItIsRefreshedAndNotOfTheRefresh() {
        CacheHarness quotes = watched(Map.of("stale-while-revalidate", "30s", "refresh-ahead", "50"));
        FakeCall ahead = quotes.call("ACME");
        quotes.load(quotes.call("ACME"), 42);
        told.clear();
        quotes.time.advance(Duration.ofSeconds(40));
        quotes.policy.admit(ahead);
        quotes.time.advance(Duration.ofSeconds(30));
        quotes.ask("ACME");
        quotes.policy.settle(ahead.gave(43));

        assertThat(told).containsExactly("HIT 40 20", "STALE 70 -10");
    }

    @Test
    void tellsResultsApartThatWereKeptAtOneTime() {
        List<Long> numbers = new ArrayList<>();
        CacheHarness quotes = StaleIfErrorTest.harness(Map.of());
        quotes.cache.showTo((call, way, number, age, fresh) -> numbers.add(number));
        quotes.load(quotes.call("ACME"), 42);
        quotes.ask("ACME");
        quotes.cache.invalidateAll();
        quotes.load(quotes.call("ACME"), 43);

        assertThat(numbers.get(1)).isEqualTo(numbers.get(0)).isNotEqualTo(numbers.get(2));
    }

    private CacheHarness watched(Map<String, String> more) {
        CacheHarness harness = StaleIfErrorTest.harness(more);
        harness.cache.showTo(
                (call, way, number, age, fresh) -> told.add(way + " " + age / (MINUTE / 60) + " " + inWords(fresh)));
        return harness;
    }

    private static String inWords(long fresh) {
        return fresh == CacheWitness.NOT_KEPT ? "not kept" : String.valueOf(fresh / (MINUTE / 60));
    }
}
