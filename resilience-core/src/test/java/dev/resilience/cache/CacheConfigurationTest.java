package dev.resilience.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.PolicyContext;
import dev.resilience.configuration.Configurations;
import dev.resilience.configuration.Setting;
import dev.resilience.time.ManualTime;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheConfigurationTest {

    @Test
    void keepsResultsForFiveMinutesUnlessToldOtherwise() {
        CacheConfiguration configuration = CacheHarness.configuration(Map.of());

        assertThat(configuration.ttl()).isEqualTo(Duration.ofMinutes(5));
        assertThat(configuration.ttlJitter()).isEqualTo(10);
        assertThat(configuration.maxEntries()).isEqualTo(10_000);
        assertThat(configuration.cacheNull()).isTrue();
        assertThat(configuration.ttls()).isEmpty();
        assertThat(configuration.key()).isNull();
        assertThat(configuration.staleWhileRevalidate()).isNull();
        assertThat(configuration.refreshAhead()).isNull();
        assertThat(configuration.negativeTtl()).isNull();
        assertThat(configuration.negativeOn()).isEmpty();
        assertThat(configuration.maxWeight()).isNull();
        assertThat(configuration.weigher()).isNull();
        assertThat(configuration.copier()).isNull();
    }

    @Test
    void namesEverythingThatIsWrong() {
        assertThatThrownBy(() -> CacheHarness.configuration(Map.of(
                        "ttl",
                        "-1s",
                        "ttl-jitter",
                        "120%",
                        "max-entries",
                        "0",
                        "ttls.quote",
                        "-2s",
                        "stale-if-error",
                        "0",
                        "stale-while-revalidate",
                        "-3s",
                        "refresh-ahead",
                        "100")))
                .hasMessageContaining("7 problems")
                .hasMessageContaining("ttl = '-1s'")
                .hasMessageContaining("ttl-jitter = '120%'")
                .hasMessageContaining("max-entries = '0'")
                .hasMessageContaining("ttls.quote = '-2s'")
                .hasMessageContaining("stale-if-error = '0'")
                .hasMessageContaining("stale-while-revalidate = '-3s'")
                .hasMessageContaining("refresh-ahead = '100'")
                .hasMessageContaining("must be between 1 and 90");
    }

    @Test
    void namesWhatIsWrongWithFailuresAndWeights() {
        assertThatThrownBy(() -> CacheHarness.configuration(
                        Map.of("negative-ttl", "0", "negative-on", "404", "max-weight", "0", "weigher", "length")))
                .hasMessageContaining("3 problems")
                .hasMessageContaining("negative-ttl = '0'")
                .hasMessageContaining("must be longer than zero")
                .hasMessageContaining("negative-on = '404'")
                .hasMessageContaining("is no name of an exception")
                .hasMessageContaining("max-weight = '0'")
                .hasMessageContaining("must be at least 1");
    }

    @Test
    void saysWhatIsMissingBesideTheNamesOfFailures() {
        assertThatThrownBy(() -> CacheHarness.configuration(Map.of("negative-on", "java.io.IOException")))
                .hasMessageContaining("negative-on = 'java.io.IOException'")
                .hasMessageContaining("no failure is kept without a 'negative-ttl'")
                .hasMessageContaining("Write for example 'negative-ttl: 5s' as well, or leave 'negative-on' out");
    }

    @Test
    void isBoundedByEntriesOrByWeightAndNeedsSomebodyWhoWeighs() {
        assertThatThrownBy(() -> CacheHarness.configuration(Map.of("max-entries", "10", "max-weight", "100")))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("max-weight = '100'")
                .hasMessageContaining("is beside 'max-entries', and a cache is bounded by one of them")
                .hasMessageContaining("Leave one of the two out")
                .hasMessageContaining("needs somebody who knows what a result weighs")
                .hasMessageContaining("as in 'weigher: quoteWeigher', or write 'max-entries: 10000'");
    }

    @Test
    void letsTheStrongerLayerSayWhichOfTheTwoItIs() {
        Map<String, Setting> weight = Setting.layer(Map.of("max-weight", "100", "weigher", "length"), "code");
        Map<String, Setting> entries = Setting.layer(Map.of("max-entries", "10"), "code");

        CacheConfiguration byWeight = bound(entries, weight);
        CacheConfiguration byEntries = bound(weight, entries);

        assertThat(byWeight.maxEntries()).isNull();
        assertThat(byWeight.maxWeight()).isEqualTo(100);
        assertThat(byEntries.maxEntries()).isEqualTo(10);
        assertThat(byEntries.maxWeight()).isNull();
    }

    private static CacheConfiguration bound(Map<String, Setting> weaker, Map<String, Setting> stronger) {
        return Configurations.bind(CacheConfiguration.class, List.of(weaker, stronger))
                .orThrow();
    }

    @Test
    void knowsWhichOperationAWrittenTimeIsFor() {
        assertThat(CacheConfiguration.isFor("ApiCall", "Client.apiCall(String)"))
                .isTrue();
        assertThat(CacheConfiguration.isFor("client.apiCall", "Client.apiCall")).isTrue();
        assertThat(CacheConfiguration.isFor("Other.apiCall", "Client.apiCall")).isFalse();
    }

    @Test
    void tellsClientsOfHandlersUnlessToldOtherwise() {
        assertThat(CacheHarness.configuration(Map.of())).satisfies(byDefault -> {
            assertThat(byDefault.http()).isEqualTo(HttpCaching.PRIVATE);
            assertThat(byDefault.etag()).isEqualTo(EntityTag.STRONG);
        });
        assertThat(CacheHarness.configuration(Map.of("http", "public", "etag", "weak")))
                .satisfies(said -> {
                    assertThat(said.http()).isEqualTo(HttpCaching.PUBLIC);
                    assertThat(said.etag()).isEqualTo(EntityTag.WEAK);
                });
    }

    @Test
    void readsOffAsYamlDoes() {
        assertThat(CacheHarness.configuration(Map.of("http", "false", "etag", "off")))
                .satisfies(said -> {
                    assertThat(said.http()).isEqualTo(HttpCaching.OFF);
                    assertThat(said.etag()).isEqualTo(EntityTag.OFF);
                });
    }

    @Test
    void namesTheWordsThatHttpAndTagsKnow() {
        assertThatThrownBy(() -> CacheHarness.configuration(Map.of("http", "publik", "etag", "true")))
                .hasMessageContaining("http = 'publik'")
                .hasMessageContaining("is none of [off, private, public] (did you mean 'public'?)")
                .hasMessageContaining("etag = 'true'")
                .hasMessageContaining("is none of [strong, weak, off]");
    }

    @Test
    void saysThatCaffeineIsMissingWhereItIs() throws Exception {
        try (URLClassLoader bare = withoutCaffeine()) {
            Runnable creation = (Runnable)
                    bare.loadClass(Creation.class.getName()).getConstructor().newInstance();

            assertThatThrownBy(creation::run)
                    .hasMessageContaining("resilience.caches.quotes")
                    .hasMessageContaining("a cache needs Caffeine")
                    .hasMessageContaining("com.github.ben-manes.caffeine:caffeine");
        }
    }

    /** Runs in the other class loader. */
    public static final class Creation implements Runnable {

        @Override
        public void run() {
            PolicyContext context = new PolicyContext(new ManualTime().time(), event -> {}, List.of());
            new CacheKind().create("quotes", CacheHarness.configuration(Map.of()), context);
        }
    }

    /** A class loader that has everything but Caffeine, and shares nothing with this test's. */
    private static URLClassLoader withoutCaffeine() {
        URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> !path.contains("caffeine"))
                .map(CacheConfigurationTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String path) {
        try {
            return new File(path).toURI().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
