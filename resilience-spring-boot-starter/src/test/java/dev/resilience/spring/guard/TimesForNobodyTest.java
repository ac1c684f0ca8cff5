package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.annotation.Cached;
import dev.resilience.time.ManualTime;
import dev.resilience.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ByteArrayResource;

/** How long the results of single operations are kept. */
class TimesForNobodyTest {

    private final ManualTime time = new ManualTime();

    @Test
    void eachOperationHasTheTimeThatYamlGivesIt() {
        runner(Apis.class)
                .withInitializer(
                        context -> yaml(
                                context,
                                "resilience.caches.apis: {ttls: {ApiCall: 300s, FilterData: 60s, StoreData: 0}, ttl-jitter: 0}"))
                .run(context -> {
                    hasItsTimes(context.getBean(Apis.class));
                    assertThat(context.getBean(Findings.class).all()).isEmpty();
                });
    }

    @Test
    void eachOperationHasTheTimeThatAnAnnotationGivesIt() {
        runner(Annotated.class).run(context -> {
            hasItsTimes(context.getBean(Annotated.class));
            assertThat(context.getBean(Findings.class).all()).isEmpty();
        });
    }

    private void hasItsTimes(Apis apis) {
        isKeptFor(apis::apiCall, Duration.ofSeconds(300));
        isKeptFor(apis::filterData, Duration.ofSeconds(60));
        assertThat(apis.storeData()).isNotEqualTo(apis.storeData());
    }

    private void isKeptFor(IntSupplier operation, Duration ttl) {
        int first = operation.getAsInt();
        time.advance(ttl.minusNanos(1));
        assertThat(operation.getAsInt()).isEqualTo(first);
        time.advanceNanos(1);
        assertThat(operation.getAsInt()).isNotEqualTo(first);
    }

    @Test
    void anOperationThatNoMethodOfTheCacheHasIsAWarning() {
        runner(Apis.class)
                .withPropertyValues(
                        "resilience.caches.apis.ttls.apiCal=300s", "resilience.caches.apis.ttls[Other.filterData]=60s")
                .run(context -> assertThat(context.getBean(Findings.class).all())
                        .hasSize(2)
                        .anySatisfy(finding -> {
                            assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
                            assertThat(finding.code()).isEqualTo("time-for-nobody");
                            assertThat(finding.where()).startsWith("resilience.caches.apis.ttls.apiCal = '300s' (");
                            assertThat(finding.text())
                                    .isEqualTo(
                                            "The cache 'apis' is on no operation 'apiCal', so that nothing is kept that"
                                                    + " long.");
                            assertThat(finding.fix())
                                    .startsWith("Did you mean 'apiCall'? It is on ")
                                    .contains("Apis.filterData");
                        })
                        .anySatisfy(finding -> assertThat(finding.where())
                                .startsWith("resilience.caches.apis.ttls[Other.filterData] = '60s' (")));
    }

    @Test
    void whatAllCachesInheritIsNoWordAboutThisOne() {
        runner(Apis.class)
                .withPropertyValues("resilience.defaults.caches.ttls.elsewhere=300s")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    @Test
    void aPipelineByNameIsAnOperationToo() {
        runner(Apis.class)
                .withPropertyValues(
                        "resilience.pipelines.nightly.caches=apis", "resilience.caches.apis.ttls.nightly=300s")
                .run(context ->
                        assertThat(context.getBean(Findings.class).all()).isEmpty());
    }

    private ApplicationContextRunner runner(Class<?> bean) {
        return Starters.with(bean).withBean(Time.class, time::time).withPropertyValues("resilience.caches.apis.ttl=1h");
    }

    private static void yaml(ConfigurableApplicationContext context, String text) {
        try {
            new YamlPropertySourceLoader()
                    .load("application.yml", new ByteArrayResource(text.getBytes()))
                    .forEach(context.getEnvironment().getPropertySources()::addLast);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    static class Apis {

        private final AtomicInteger calls = new AtomicInteger();

        @Cached("apis")
        public int apiCall() {
            return calls.incrementAndGet();
        }

        @Cached("apis")
        public int filterData() {
            return calls.incrementAndGet();
        }

        @Cached("apis")
        public int storeData() {
            return calls.incrementAndGet();
        }
    }

    static class Annotated extends Apis {

        private static final String API = "ApiCall: 300s";
        private static final String FILTER = "FilterData: 60s";
        private static final String STORE = "StoreData: 0";

        @Override
        @Cached(
                name = "apis",
                ttlJitter = "0",
                ttls = {API, FILTER, STORE})
        public int apiCall() {
            return super.apiCall();
        }

        @Override
        @Cached("apis")
        public int filterData() {
            return super.filterData();
        }

        @Override
        @Cached("apis")
        public int storeData() {
            return super.storeData();
        }
    }
}
