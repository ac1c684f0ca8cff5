package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.Call;
import dev.resilience.CallShape;
import dev.resilience.CombinedExpression.Values;
import dev.resilience.CompactKey;
import dev.resilience.FakeCall;
import dev.resilience.PolicyKind.Site;
import dev.resilience.configuration.Problem;
import dev.resilience.time.ManualTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What else tells results apart, beside what was asked for. */
class VariedKeysTest {

    private final ManualTime time = new ManualTime();
    private final Keys keys = new Keys();

    private record Name(long high, long low) implements CompactKey {}

    private record Address(long high, long low) implements CompactKey {}

    @Test
    void tellsApartWhateverMayBeMistaken() {
        List<Object> variants = List.of(
                "a,b",
                "a",
                "",
                "1",
                1,
                1L,
                "null",
                "(null)",
                new Name(1, 2),
                new Address(1, 2),
                new Address(2, 1),
                List.of("a", "b"),
                Set.of("a", "b"),
                values("a", "b"),
                values("b", "a"),
                values("a,b", ""),
                values("", "a,b"),
                values("a", "b", ""),
                values("a", List.of("b")),
                values(List.of("a"), "b"),
                values(List.of("a", "b"), ""),
                values(new Name(1, 2), "b"),
                values(new Address(1, 2), "b"),
                values("1", 1),
                values(1, "1"));

        Set<Object> seen = new HashSet<>(List.of(keys.of(call("ACME"))));
        for (Object variant : variants) {
            assertThat(seen.add(of(variant))).as("%s", variant).isTrue();
            assertThat(of(variant)).as("%s", variant).isEqualTo(of(variant)).hasSameHashCodeAs(of(variant));
        }
    }

    @Test
    void isNoOneElsesThoughTheTextsOfKeyAndVariantReadTheSameTogether() {
        assertThat(keys.of(call("ab").variant("c")))
                .isNotEqualTo(keys.of(call("a").variant("bc")));
        assertThat(keys.of(call("a").variant("b")))
                .isNotEqualTo(keys.of(call("b").variant("a")));
        assertThat(keys.of(call("a").variant("b"))).isNotEqualTo(keys.of(call("a", "b")));
    }

    @Test
    void knowsWhatWasAskedForWhoeverAsked() {
        Object plain = keys.of(call("ACME"));

        assertThat(Varied.base(of("ada"))).isEqualTo(plain);
        assertThat(Varied.base(of(values("ada", "bob")))).isEqualTo(plain);
        assertThat(Varied.base(plain)).isEqualTo(plain);
        keys.remember(call("ACME").variant("ada"));
        assertThat(keys.everyKeyOf("ACME")).contains(plain);
    }

    @Test
    void hasNoKeyWhereNobodyCanTellWhoseItIs() {
        assertThat(of(Call.NULL_KEY)).isNull();
        assertThat(of(Optional.empty())).isNull();
        assertThat(of(values("ada", Optional.empty()))).isNull();
        assertThat(of(Optional.of("ada"))).isNotNull().isEqualTo(of(Optional.of("ada")));
    }

    @Test
    void keepsNothingButTheBitsOfWhatStandsForASecret() {
        assertThat(of(new Name(1, 2)).toString()).doesNotContain("Name[");
        assertThat(of(values("a-secret", "b")).toString()).doesNotContain("a-secret");
    }

    @Test
    void refusesWhatHasNoEquals() {
        assertThatThrownBy(() -> of(new AtomicLong()))
                .isInstanceOf(UnkeyableArgumentException.class)
                .hasMessageContaining("Test.operation")
                .hasMessageContaining("what it varies by (java.util.concurrent.atomic.AtomicLong)");
    }

    /** "Aa" and "BB" are the textbook's two texts of one hash, and so is every row of them. */
    @Test
    void isNotDeceivedByEqualHashes() {
        List<String> twins = List.of("AaAa", "AaBB", "BBAa", "BBBB");
        Set<Object> seen = new HashSet<>();

        for (String twin : twins) {
            assertThat(seen.add(keys.of(call(twin)))).isTrue();
            assertThat(seen.add(keys.of(call(twin, 1)))).isTrue();
            assertThat(seen.add(keys.of(call().key(twin)))).isTrue();
            assertThat(seen.add(keys.of(call().key(List.of(twin))))).isTrue();
            assertThat(seen.add(of(twin))).isTrue();
            assertThat(seen.add(of(values(twin, 1)))).isTrue();
        }
    }

    @Test
    void isNotDeceivedBySeparatorsInExplicitKeys() {
        List<Object> explicit = List.of(
                "a,b",
                List.of("a", "b"),
                List.of("a,b"),
                List.of("", "a,b"),
                List.of(List.of("a"), "b"),
                Set.of("a", "b"));

        assertThat(explicit.stream().map(key -> keys.of(call().key(key)))).doesNotHaveDuplicates();
        assertThat(Stream.concat(
                        explicit.stream().map(key -> keys.of(call().key(key))),
                        explicit.stream().map(key -> keys.of(call(key)))))
                .doesNotHaveDuplicates();
    }

    @Test
    void passesByTheCacheWhereNobodyCanTellWhoseItIs() {
        CacheHarness quotes = new CacheHarness(Map.of());

        for (int count = 0; count < 2; count++) {
            FakeCall nobodys = quotes.call("ACME").variant(Call.NULL_KEY);
            quotes.load(nobodys, "nobody's");
            assertThat(nobodys.memo()).isNull();
        }
        quotes.load(quotes.call("ACME").variant("ada"), "ada's");

        assertThat(quotes.number("passed-by")).isEqualTo(2L);
        assertThat(quotes.number("entries")).isEqualTo(1L);
        assertThat(quotes.number("loads")).isEqualTo(1L);
        assertThat(quotes.number("misses")).isEqualTo(1L);
        quotes.cache.clear();
        assertThat(quotes.number("passed-by")).isEqualTo(0L);
    }

    @Test
    void isRefusedWhereMethodsShareResultsAndVaryThemByDifferentThings() {
        assertThat(contradictions("principal", "ip")).singleElement().satisfies(problem -> assertThat(problem.reason())
                .contains("Test.0 by 'principal'")
                .contains("Test.1 by 'ip'"));
        assertThat(contradictions("header:A, principal", "principal, header:A")).hasSize(1);
        assertThat(contradictions("#user", "principal")).hasSize(1);
        assertThat(contradictions("#user", "#customer.id")).isEmpty();
        assertThat(contradictions("principal", null)).isEmpty();
        assertThat(new CacheKind().contradictions("quotes", List.of(site(0, Map.of()), site(1, varying("ip")))))
                .isEmpty();
    }

    private static List<Problem> contradictions(String... words) {
        List<Site> sites = new ArrayList<>();
        for (String word : words) {
            sites.add(site(sites.size(), word == null ? Map.of("key", List.of("#id")) : keyed(word)));
        }
        return new CacheKind().contradictions("quotes", sites);
    }

    private static Map<String, List<String>> keyed(String word) {
        return Map.of("key", List.of("#id"), "vary-by", List.of(word));
    }

    private static Map<String, List<String>> varying(String word) {
        return Map.of("vary-by", List.of(word));
    }

    private static Site site(int number, Map<String, List<String>> placement) {
        return new Site("Test." + number, CallShape.BLOCKING, String.class, placement);
    }

    private Object of(Object variant) {
        return keys.of(call("ACME").variant(variant));
    }

    private static Values values(Object... values) {
        return new Values(List.of(values));
    }

    private FakeCall call(Object... arguments) {
        return new FakeCall(time).arguments(arguments);
    }
}
